import { iso } from '../output/time.ts'
import type { RunningGateway } from '../people/gateway-runs.ts'
import type { ShownAccount } from './accounts.ts'

/** What was found out. */
export interface ChannelsStatus {
  /** `undefined`: none runs here. */
  readonly gateway: RunningGateway | undefined
  /** False where it runs and does not say how its channels are. */
  readonly isAnswered: boolean
  /** Why it lets nobody in now; empty where it can, or does not say. */
  readonly reasons: readonly string[]
  /** True where gateways on other machines may have the accounts. */
  readonly isShared: boolean
  readonly accounts: readonly ShownAccount[]
}

/** For scripts; without the secret of the gateway. */
export function statusJson({ gateway, isAnswered, reasons, accounts }: ChannelsStatus): object {
  return {
    gateway: {
      ...{ running: gateway !== undefined, answered: isAnswered },
      ...{ pid: gateway?.pid ?? null, port: gateway?.port ?? null },
      reasons: [...reasons],
    },
    channels: accounts.map(accountJson),
  }
}

function accountJson(each: ShownAccount): object {
  const { channel, account, state, policy, reply, transport, webhookPath } = each
  return {
    ...{ channel, account, state, connected: state === 'connected', since: when(each.since) },
    ...{ lastMessageAt: when(each.lastMessageAt), lastError: each.lastError ?? null },
    ...{ lastErrorAt: when(each.lastErrorAt), fix: each.fix ?? null, policy: policy ?? null },
    ...{ reply: reply ?? null, transport: transport ?? null, webhookPath: webhookPath ?? null },
    unreachable: each.unreachable.map(({ to, senderId, reason, count, at }) => ({
      ...{ to, senderId: senderId ?? null, reason, count, at: iso(at) },
    })),
  }
}

const when = (at: number | undefined): string | null => (at === undefined ? null : iso(at))
