import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import type {
  ClientStatus,
  GatewayClient,
  GatewayPlace,
  NodeOptions,
  PlaceFile,
} from '@openclaw/pairing-protocol/client'
import { refusalOf } from '../remote/refusal.ts'
import type { JoinPage } from './page.ts'
import { refusedError } from './refused.ts'
import type { JoinSetting } from './setting.ts'

/** What a join is about. */
export interface Join {
  readonly setting: JoinSetting
  readonly page: JoinPage
  readonly kept: PlaceFile
  readonly place: GatewayPlace
  readonly deviceId: string
  /** Whether a way to some gateway is kept already: another one takes its place only once it has let this computer in. */
  readonly isKnown: boolean
  /** With a setup code: a place that nobody answers at is given up. */
  readonly isFirst: boolean
}

/** What a client is to tell. */
export type Told = Required<Pick<NodeOptions, 'onStatus' | 'onPairingRequired'>>

/** How long a gateway that was never reached is looked for: one that restarts is back by then. */
const LOOK_MS = 60_000

/**
 * Leads a connection through its life and tells how it goes. Resolves when a person ends it, or when it is connected
 * where that is all that was wanted.
 *
 * @throws why it cannot go on, as an error of the command line where it is a refusal
 */
export async function conduct(join: Join, connect: (told: Told) => GatewayClient): Promise<void> {
  const { setting, page } = join
  let end = (_: unknown): void => {}
  const ended = new Promise<unknown>((resolve) => {
    end = resolve
  })
  const client = connect(teller(join, (problem) => end(problem)))
  const forget = onSignals(() => end(undefined))
  void client.stopped.then((problem) => end(problem))
  const problem = await ended
  forget()
  page.rest()
  await client.close()
  if (problem !== undefined) throw refusedError(problem, setting.errors, join.deviceId) ?? problem
  page.ended()
}

type End = (problem: unknown) => void

interface Life {
  /** A gateway answered, whatever it said. */
  isFound: boolean
  isSaved: boolean
  isReady: boolean
  isWaiting: boolean
  /** Of the round through all addresses that is under way. */
  wrongCertificate: OpenClawError | undefined
  /** What was told, so that it is told once. */
  said: readonly string[]
}

function teller(join: Join, end: End): Told {
  const { setting, page } = join
  const since = setting.now()
  const life: Life = {
    ...{ isFound: false, isSaved: false, isReady: false, isWaiting: false },
    ...{ wrongCertificate: undefined, said: [] },
  }
  return {
    onStatus: (status) => {
      if (status.state === 'ready') ready(status, { join, life, end })
      if (status.state !== 'waiting') return
      if (refusalOf(status.problem) !== undefined) refused(status, { join, life, end })
      else missed(status, { join, life, end }, setting.now() - since)
    },
    onPairingRequired: ({ code, requestId, approveCommand }) => {
      if (code !== 'PAIRING_REQUIRED') return
      life.isWaiting = true
      page.waiting({ requestId, approveCommand })
    },
  }
}

interface Scene {
  readonly join: Join
  readonly life: Life
  readonly end: End
}

type Of<S extends ClientStatus['state']> = Extract<ClientStatus, { readonly state: S }>

function ready({ url, hello }: Of<'ready'>, { join, life, end }: Scene): void {
  life.isFound = true
  save({ join, life })
  life.isReady = true
  life.isWaiting = false
  life.said = []
  join.page.connected({ url, version: hello.server.version })
  if (join.setting.isOnce) end(undefined)
}

/** Keeps the way, so that the next start finds it without a code. */
function save({ join: { kept, place, page }, life }: Pick<Scene, 'join' | 'life'>): void {
  if (life.isSaved) return
  life.isSaved = true
  kept.save(place).catch((problem: unknown) => {
    page.notKept(isOpenClawError(problem) ? problem.message : String(problem))
  })
}

function refused({ problem, delayMs }: Of<'waiting'>, { join, life, end }: Scene): void {
  life.isFound = true
  const { detailCode = 'PAIRING_REQUIRED', action } = refusalOf(problem) ?? {}
  const isAsking = detailCode === 'PAIRING_REQUIRED' && action === 'wait-for-approval'
  // Anybody can hand on a code: one that only says "wait" must not cost the way to the gateway of before.
  if (isAsking && !join.isKnown) save({ join, life })
  if (detailCode === 'PAIRING_REJECTED') end(problem)
  if (detailCode !== 'PAIRING_LIST_FULL' && detailCode !== 'AUTH_RATE_LIMITED') return
  if (isSaid(life, detailCode)) return
  join.page.later(detailCode, delayMs)
}

function missed(
  { url, problem, delayMs }: Of<'waiting'>,
  { join, life, end }: Scene,
  elapsedMs: number,
): void {
  const { code: reason, message } = problem
  if (life.isReady) {
    life.isReady = false
    join.page.lost(message)
    return
  }
  if (reason === 'ERR_TLS_FINGERPRINT') life.wrongCertificate = problem
  const isLooking = delayMs > 0 && !life.isFound && join.isFirst
  const lookMs = life.wrongCertificate === undefined ? LOOK_MS - elapsedMs : 0
  const givesUpInMs = isLooking ? Math.max(0, lookMs) : undefined
  if (!isSaid(life, `${url} ${reason} ${message}`)) {
    join.page.notReached({ url, reason, message, retryInMs: delayMs, givesUpInMs })
  }
  if (givesUpInMs === 0) end(life.wrongCertificate ?? problem)
}

/** As many as a code has addresses, and more than they say in turn. */
const MAX_SAID = 32

/** Whether it was told already; addresses take turns, so each has its own. */
function isSaid(life: Life, about: string): boolean {
  if (life.said.includes(about)) return true
  life.said = [...life.said.slice(-MAX_SAID), about]
  return false
}

/** The first signal ends it, the second at once. */
function onSignals(end: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const told = () => {
    end()
    for (const signal of signals) process.off(signal, told).once(signal, () => process.exit(1))
  }
  for (const signal of signals) process.once(signal, told)
  return () => {
    for (const signal of signals) process.off(signal, told)
  }
}
