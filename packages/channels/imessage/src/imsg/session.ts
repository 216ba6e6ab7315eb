import { bell, isRecord, orNothing } from '@openclaw/pairing-channel-kit'
import { type Child, type ChildEnd, startChild } from '@openclaw/pairing-channel-kit/child'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import type { ImsgCommand } from './command.ts'
import { type Complaints, type ComplaintsComponents, complaints } from './complaints.ts'
import type { ImsgTiming } from './limits.ts'
import { type Call, type RpcAnswer, type RpcClient, rpcClient } from './rpc.ts'
import { type Trouble, troubleOfAnswer, troubleOfEnd } from './trouble.ts'

/** One running imsg. */
export interface Session {
  readonly call: Call
  /** As {@link RpcClient.ask}. */
  readonly ask: Call
  /** It is to be started anew, and why. */
  readonly giveUp: (reason: string) => void
  /** Watches until imsg ends or is given up; `undefined` when `signal` aborts first. */
  readonly watch: (watcher: Watcher, signal: AbortSignalLike) => Promise<Trouble | undefined>
  readonly stop: () => Promise<void>
}

/** Where a watch begins, and who is told. */
export interface Watcher {
  /** The row after which it begins, asked at each subscription. */
  readonly from: () => number
  readonly onOpen: () => void
  /** False: there is no room, it is to come again. */
  readonly onMessage: (message: unknown) => boolean
  /** Resolves when there is room again. */
  readonly room: () => Promise<void>
  /** Called now and then while nothing else happens. */
  readonly beat: () => Promise<void>
}

/** What a session works with. */
export interface SessionComponents extends ComplaintsComponents {
  readonly command: ImsgCommand
  readonly timing: ImsgTiming
}

/** What is going on in a session. */
interface State {
  readonly components: SessionComponents
  readonly child: Child
  readonly rpc: RpcClient
  readonly told: Complaints
  /** Rings when something below changed. */
  readonly changed: ReturnType<typeof bell>
  /** Subscriptions that are over: what still comes of them comes again. */
  readonly over: Set<unknown>
  /** The subscription in force has ended, or there was no room. */
  isCut: boolean
  end: ChildEnd | undefined
  givenUp: string | undefined
  watcher: Watcher | undefined
}

/** Starts imsg. */
export function openSession(components: SessionComponents): Session {
  const { command, timing } = components
  const told = complaints(components)
  const changed = bell()
  const giveUp = (reason: string): void => {
    state.givenUp ??= reason
    changed.ring()
  }
  const rpc = rpcClient({
    write: (...line) => state.child.write(...line),
    onNotice: (method, params) => notice(state, method, params),
    onDeaf: () => giveUp('imsg does not answer'),
  })
  const onLine = (line: string): void => {
    if (!rpc.take(line)) told.strange()
  }
  const listener = { onLine, onTooLong: told.tooLong, onComplaint: told.heard }
  const child = startChild(command, listener, timing)
  const none = { isCut: false, end: undefined, givenUp: undefined, watcher: undefined }
  const state: State = { components, child, rpc, told, changed, over: new Set(), ...none }
  void child.ended.then((end) => {
    state.end = end
    rpc.end('imsg ended')
    changed.ring()
  })
  return {
    call: rpc.call,
    ask: rpc.ask,
    giveUp,
    watch: (watcher, signal) => watch(state, watcher, signal),
    stop: child.stop,
  }
}

interface Notice {
  readonly subscription?: unknown
  readonly message?: unknown
}

/** Messages of a subscription that is over come again in the next one. */
function notice(state: State, method: string, params: unknown): void {
  const { subscription, message }: Notice = isRecord(params) ? params : {}
  if (state.over.has(subscription) || state.isCut) return
  if (method === 'message') {
    if (state.watcher?.onMessage(message) !== false) return
  } else if (method === 'error') state.givenUp ??= 'imsg watches no more'
  else if (method !== 'watch.overflow') return
  state.isCut = true
  state.changed.ring()
}

async function watch(
  state: State,
  watcher: Watcher,
  signal: AbortSignalLike,
): Promise<Trouble | undefined> {
  const { components } = state
  state.watcher = watcher
  while (!signal.aborted) {
    const answer = await subscribe(state, watcher.from(), signal)
    if (answer?.kind !== 'result') return answer && troubleOf(state, answer)
    watcher.onOpen()
    await untilCut(state, watcher, signal)
    const trouble = troubleNow(state)
    if (trouble !== undefined || signal.aborted) return signal.aborted ? undefined : trouble
    await orNothing(unsubscribe(state, answer.result), components.timing.callMs, signal)
    await watcher.room()
  }
  return undefined
}

/** The answer; `undefined` when the stop came first. */
async function subscribe(
  state: State,
  row: number,
  signal: AbortSignalLike,
): Promise<RpcAnswer | undefined> {
  const { callMs } = state.components.timing
  const params = {
    attachments: true,
    include_reactions: false,
    ...(row !== 0 && { since_rowid: row }),
  }
  state.isCut = false
  const answer = await orNothing(
    state.rpc.call('watch.subscribe', params, callMs),
    2 * callMs,
    signal,
  )
  return signal.aborted ? undefined : answer
}

const OVER_KEPT = 100

async function unsubscribe({ over, rpc, components }: State, result: unknown): Promise<void> {
  const { subscription }: Notice = isRecord(result) ? result : {}
  over.add(subscription)
  const [oldest] = over
  if (over.size > OVER_KEPT) over.delete(oldest)
  await rpc.call('watch.unsubscribe', { subscription }, components.timing.callMs)
}

async function untilCut(state: State, watcher: Watcher, signal: AbortSignalLike): Promise<void> {
  const { changed, components } = state
  const isOver = (): boolean =>
    signal.aborted || state.isCut || state.end !== undefined || state.givenUp !== undefined
  while (!isOver()) {
    await changed.wait(components.timing.beatMs, signal)
    if (!isOver()) void watcher.beat()
  }
}

function troubleNow({ end, givenUp, components, told }: State): Trouble | undefined {
  if (end !== undefined) return troubleOfEnd(end, components.command, told.lastWords())
  return givenUp === undefined ? undefined : { kind: 'again', reason: givenUp }
}

/** A child that ended says more than the answer that never came. */
async function troubleOf(
  state: State,
  answer: Exclude<RpcAnswer, { kind: 'result' }>,
): Promise<Trouble> {
  const { child, components } = state
  if (answer.kind === 'error') return troubleOfAnswer(answer, components)
  await orNothing(child.ended, components.timing.endMs)
  return troubleNow(state) ?? troubleOfAnswer(answer, components)
}
