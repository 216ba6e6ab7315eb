import { createHash } from 'node:crypto'
import type { Webchat } from '@openclaw/channel-webchat'
import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { sharedStateOf } from './channels/shared-state.ts'
import { inWords } from './channels/supervise.ts'
import { type Claim, schemeOf } from './claim.ts'
import type { RunningEvents } from './events/events.ts'
import { isLoopback } from './http/address.ts'
import { gatewayApp } from './http/app.ts'
import { type Client, clientReader, trust } from './http/client.ts'
import { type Guesses, guesses } from './http/guesses.ts'
import type { Hook } from './http/hooks/hook.ts'
import { type AnswerHook, hookRoutes } from './http/hooks/hooks.ts'
import { hookPlaces } from './http/hooks/places.ts'
import { sharedAddress } from './http/hooks/shared.ts'
import type { Door } from './http/insider.ts'
import { type GuessedAt, sharedGuesses } from './http/shared-guesses.ts'
import { UNKNOWN_PROXIES } from './limits.ts'
import { sparingly } from './log/once.ts'
import type { Metrics } from './metrics.ts'
import type { ChannelReport, Readiness } from './readiness.ts'
import { snapshot } from './snapshot.ts'
import type { RunningDevices } from './ws/devices.ts'

/** What {@link serve} works with. */
export interface ServeComponents {
  readonly claim: Claim
  readonly pairing: NodePairing
  readonly chat: Webchat | undefined
  readonly hooks: readonly Hook[]
  readonly isStopping: () => boolean
  readonly devices: RunningDevices
  readonly events: RunningEvents | undefined
  readonly metrics: Metrics
  readonly log: ChannelLog
  readonly reports: () => readonly ChannelReport[]
  readonly readiness: () => Promise<Readiness>
  readonly publicCli: string
}

/** Opens the routes. */
export function serve(components: ServeComponents): void {
  const { claim, pairing, chat, metrics, log, readiness, publicCli } = components
  const { gateway } = pairing.config()
  const app = gatewayApp(
    {
      clientOf: clientReader(gateway.trustedProxies, schemeOf(claim)),
      chat: chat && ((request, client) => chat.fetch(request, originOf(client))),
      hooks: hooksOf(components),
      readiness,
      figures: async () => metrics.text(await snapshot(components)),
      observe: metrics.http,
      onError: (error) => log('error', 'http-failed', { reason: inWords(error) }),
      onUnknownProxy: unknownProxies(log),
    },
    {
      hosts: isLoopback(gateway.host) ? [] : 'any',
      door: doorOf(components, [gateway.token, gateway.password, claim.secret]),
      home: { chat: chat && '/chat', cli: publicCli, sha256Base64 },
    },
  )
  claim.listener.serve(app)
}

function hooksOf(components: ServeComponents): ReadonlyMap<string, AnswerHook> {
  const { hooks, isStopping, metrics, log, pairing } = components
  const now = (): number => performance.now()
  for (const { channel, account, path } of hooks)
    log('info', 'webhook-open', { channel, account, path })
  return hookRoutes({
    hooks,
    isStopping,
    places: hookPlaces(now),
    guesses: guessesOf(pairing, 'webhooks'),
    isShared: sharedAddress(trust(pairing.config().gateway.trustedProxies)),
    observe: metrics.webhook,
    complain: sparingly(log, now),
  })
}

/** Of this gateway, and of all that share its store. */
function guessesOf(pairing: Pick<NodePairing, 'backend'>, at: GuessedAt): Guesses {
  const own = guesses(() => performance.now())
  return sharedGuesses(own, sharedStateOf(pairing)?.replicas, at)
}

function doorOf({ log, pairing }: ServeComponents, secrets: Door['secrets']): Door {
  return {
    secrets,
    guesses: guessesOf(pairing, 'figures'),
    onLocked: ({ address }) => log('warn', 'wrong-tokens', { address }),
  }
}

/** Says once for each proxy what its visitors suffer from: they share every limit. Bounded. */
function unknownProxies(log: ChannelLog): (address: string) => void {
  const told = new Set<string>()
  return (address) => {
    if (told.has(address) || told.size >= UNKNOWN_PROXIES) return
    told.add(address)
    const fix = `if ${address} is your proxy, add it to gateway.trustedProxies`
    log('warn', 'forwarded-by-unknown-proxy', { address, fix })
  }
}

const originOf = ({ key, scheme }: Client) => ({ address: key, scheme })

const sha256Base64 = (text: string): string => createHash('sha256').update(text).digest('base64')
