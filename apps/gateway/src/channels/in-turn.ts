import { setMaxListeners } from 'node:events'
import type { Lease } from '@openclaw/credential-store-postgres'
import type { Hook } from '../http/hooks/hook.ts'
import {
  ACCOUNT_REST_MAX_MS,
  ACCOUNT_REST_MS,
  ACCOUNT_TRY_MS,
  ACCOUNT_YIELD_MS,
  HOLDER_LOOK_MS,
} from '../limits.ts'
import { type Account, connected, cursorName, localCursor } from './account.ts'
import { leadsNowhere } from './give-way.ts'
import { heldAgent, heldConnection, heldHost, heldWork } from './held.ts'
import { leaseCursor } from './lease-cursor.ts'
import { leaseNameOf } from './lease-name.ts'
import { type RunningConnection, runConnection } from './run-connection.ts'
import type { RunningAccount } from './running-account.ts'
import { sharedWork } from './shared-state.ts'
import { inWords } from './supervise.ts'
import {
  beforeTurn,
  enter,
  type InTurnComponents,
  pause,
  reportOf,
  rest,
  type Turns,
} from './turns.ts'

/**
 * Connects an account whenever this gateway has its lease, which one gateway at a time has. What fails here for good is left to the
 * others for a while.
 */
export function inTurn(components: InTurnComponents, account: Account): RunningAccount {
  const turns: Turns = {
    ...{ components, account, here: undefined, complaint: undefined },
    status: { state: 'starting', since: components.pairing.clock.now() },
  }
  const isHere = (): boolean => turns.here?.lease.isHeld() ?? false
  return {
    ...{ channel: account.channel, account: account.account },
    report: () => reportOf(turns),
    sending: {
      send: async (message) => turns.here?.running.sending.send(message) ?? NOT_HERE,
      isReady: () => isHere() && (turns.here?.running.sending.isReady() ?? false),
    },
    hook: hookOf(components, turns),
    ended: run(components, turns),
  }
}

const NOT_HERE = { outcome: 'failed', reason: 'another gateway has this account' } as const

/** What a platform brings is handled by the gateway that has the account, wherever it came in. */
function hookOf({ forward, signal }: InTurnComponents, turns: Turns): Hook | undefined {
  const { channel, account, webhookPath } = turns.account
  if (webhookPath === undefined) return undefined
  const answerHere: Hook['answer'] = async (request) => {
    const { here } = turns
    const webhook = here?.running.connection.webhook
    if (here === undefined || webhook === undefined) return 'nowhere'
    return here.lease.isHeld() && here.running.isRunning() ? webhook.answer(request) : 'nowhere'
  }
  return {
    ...{ channel, account, path: webhookPath, answerHere },
    isRunning: () => !signal.aborted,
    answer: (request) =>
      turns.here === undefined ? forward(turns.account, request) : answerHere(request),
  }
}

async function run(components: InTurnComponents, turns: Turns): Promise<void> {
  const { signal } = components
  let restMs = ACCOUNT_REST_MS
  while (!signal.aborted) {
    const begun = performance.now()
    const failure = await turn(components, turns).catch(inWords)
    // What worked for long and fails now begins anew.
    const isNew = failure === undefined || performance.now() - begun > ACCOUNT_REST_MAX_MS
    if (isNew) restMs = ACCOUNT_REST_MS
    if (failure === undefined || signal.aborted) continue
    await rest(turns, failure, restMs)
    restMs = Math.min(2 * restMs, ACCOUNT_REST_MAX_MS)
  }
  enter(turns, 'stopped')
}

/** One turn, until the lease or the connection ends; answers why it failed, if it did. */
async function turn(components: InTurnComponents, turns: Turns): Promise<string | undefined> {
  const { shared, signal } = components
  const waiting = new AbortController()
  void beforeTurn(turns, AbortSignal.any([signal, waiting.signal]))
  const lease = await shared.leases
    .take(leaseNameOf(turns.account), signal)
    .finally(() => waiting.abort())
  if (lease === undefined) return undefined
  const ended = await underLease(components, turns, lease).finally(lease.release)
  if (ended === 'gave-way') await pause(ACCOUNT_YIELD_MS, signal)
  return ended === 'gave-way' ? undefined : ended?.failure
}

type Ended = 'gave-way' | { readonly failure: string } | undefined

async function underLease(
  components: InTurnComponents,
  turns: Turns,
  lease: Lease,
): Promise<Ended> {
  const { log, recipients } = components
  const { account } = turns
  const address = { channel: account.channel, account: account.account }
  const nowhere = new AbortController()
  const over = AbortSignal.any([components.signal, lease.ended, nowhere.signal])
  setMaxListeners(0, over)
  const running = runUnder(components, account, { lease, over })
  turns.here = { lease, running }
  enter(turns, 'starting')
  log('info', 'account-taken', { ...address, epoch: lease.epoch })
  const isWanted = () => components.elsewhere.has(address)
  void leadsNowhere({ report: running.report, isWanted }, TIMING, over).then((gives) => {
    if (gives) nowhere.abort()
  })
  await running.ended
  const { lastMessageAt, lastError, lastErrorAt } = running.report()
  turns.here = undefined
  enter(turns, 'starting', {
    ...(lastMessageAt !== undefined && { lastMessageAt }),
    ...(lastError !== undefined && { lastError }),
    ...(lastErrorAt !== undefined && { lastErrorAt }),
  })
  recipients.forget(address)
  if (lease.ended.aborted) log('warn', 'account-lost', { ...address, note: LOST })
  if (nowhere.signal.aborted)
    log('warn', 'account-given-up', { ...address, reason: lastError ?? 'not connected' })
  const failure = running.failure()
  if (nowhere.signal.aborted) return 'gave-way'
  return failure === undefined ? undefined : { failure }
}

const TIMING = { tryMs: ACCOUNT_TRY_MS, lookMs: HOLDER_LOOK_MS }

const LOST = 'the database did not confirm in time that it is ours; it is taken again when it does'

/** Runs a new connection of the account, as long as the lease is held. */
function runUnder(
  components: InTurnComponents,
  account: Account,
  { lease, over }: { readonly lease: Lease; readonly over: AbortSignal },
): RunningConnection {
  const cursor = leaseCursor(lease, { name: cursorName(account), local: localCursor(account) })
  const work = sharedWork(components.shared, leaseNameOf(account), lease)
  return runConnection(
    { ...components, agent: heldAgent(lease, components.agent), signal: over },
    {
      connection: heldConnection(lease, connected(account, cursor)),
      work: heldWork(lease, work),
      guard: (host) => heldHost(lease, over, host),
    },
  )
}
