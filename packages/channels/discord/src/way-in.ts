import { pause } from '@openclaw/pairing-channel-kit'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { DiscordApi, GatewayFacts } from './api.ts'
import { isSafeGateway } from './api-root.ts'
import { type Asking, answered } from './asking.ts'
import { START_WAIT_MS, STARTS_RESERVED } from './limits.ts'
import type { Session } from './session.ts'

/** Where the next socket goes. */
export interface WayIn {
  readonly url: string
  readonly session: Session | undefined
  readonly shards: number
}

/** What finding it works with. */
export interface WayInComponents extends Asking {
  readonly api: Pick<DiscordApi, 'gateway'>
  readonly log: ChannelLog
}

/** What is known. */
export interface Known {
  readonly session: Session | undefined
  /** The place where the session is to be taken up could not be reached. */
  readonly isDetour: boolean
}

/**
 * A session is taken up where it was promised. Starting one costs one of a limited number a day, and who starts more loses
 * the token: with none left it waits, and the last ones are spread over the time.
 *
 * @returns `undefined` when the stop came first
 */
export async function wayIn(
  components: WayInComponents,
  { session, isDetour }: Known,
): Promise<WayIn | undefined> {
  const { api, signal } = components
  if (session && !isDetour) return { url: session.url, session, shards: session.shards }
  while (!signal.aborted) {
    const facts = await answered(components, api.gateway)
    if (facts === undefined) return undefined
    if (!isSafeGateway(facts.url)) await unsafe(components)
    else if (session) return { url: facts.url, session, shards: session.shards }
    else if ((await spared(components, facts)) === 'now')
      return { url: facts.url, session: undefined, shards: facts.shards }
  }
  return undefined
}

async function unsafe({ recover }: WayInComponents): Promise<void> {
  const description = 'the gateway that the API names is not private (wss)'
  await recover.failed({ kind: 'lost', description })
}

/** Waits where starting a session now would be one too many; after a wait for a new day's number it is asked again. */
async function spared(
  { recover, signal }: WayInComponents,
  { remaining, resetAfterMs }: GatewayFacts,
): Promise<'now' | 'ask again'> {
  if (remaining >= STARTS_RESERVED) return 'now'
  const ms = Math.min(START_WAIT_MS, Math.ceil(resetAfterMs / Math.max(1, remaining)))
  const reason = `only ${String(remaining)} session starts are left today`
  await recover.held(reason, ms)
  if (signal.aborted || remaining === 0) {
    // The number may be a moment late.
    await pause(1_000, signal)
    return 'ask again'
  }
  return 'now'
}
