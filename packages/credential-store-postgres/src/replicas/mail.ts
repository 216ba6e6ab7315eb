import {
  type OpenClawError,
  ReplicaBusy,
  ReplicaGone,
  type ReplicaId,
} from '@openclaw/pairing-contracts'
import { asStoreError, isPassing } from '../failures.ts'
import { MAIL_PAGE_BYTES, MAX_SENDERS } from '../limits.ts'
import type { Link } from '../link.ts'
import type { Answers } from './answers.ts'
import type { Arrived } from './letter.ts'
import { refusedIn, sendStatement, type Taken, takenIn, takeStatement } from './mail-statements.ts'
import type { Outbox } from './outbox.ts'
import type { ReplicaContext } from './parts.ts'
import type { Questions } from './questions.ts'
import { type Runner, runAgain } from './runner.ts'

/** Brings letters to the database and takes those of this replica. */
export interface Mail extends Runner {
  /** Some may be there. */
  readonly arrived: () => void
  /** Stops it, and sends what waits if that is possible now. */
  readonly finish: () => Promise<void>
}

/** What mail works with. */
export interface MailParts {
  readonly replica: ReplicaContext
  /** A connection of its own, closed while nothing is sent. */
  readonly link: Pick<Link, 'run'>
  readonly outbox: Outbox
  readonly questions: Questions
  readonly answers: Answers
  /** The others take this replica for alive: before that nothing is sent, for nobody would answer it. */
  readonly isAlive: () => boolean
  /** Something waits to be sent. */
  readonly added: () => void
}

interface MailState {
  hasArrived: boolean
  /** The last letter of each sender: what comes twice is taken once. */
  readonly seen: Map<ReplicaId, number>
}

/** Nothing happens before it is told to. */
export function beginMail(parts: MailParts): Mail {
  const state: MailState = { hasArrived: false, seen: new Map() }
  const runner = runAgain({
    run: async () => {
      if (!state.hasArrived && parts.outbox.page().length === 0) return
      if (!parts.isAlive()) throw new TypeError('nobody would answer it')
      await send(parts)
      if (state.hasArrived) await take(parts, state)
      await send(parts)
    },
    gapMs: 0,
    // whoever has something to do for it wakes it
    restMs: () => parts.replica.context.replicaTiming.lifeMs,
  })
  return {
    ...runner,
    arrived: () => {
      state.hasArrived = true
      runner.wake()
    },
    finish: async () => {
      await runner.stop()
      if (parts.isAlive()) await send(parts).catch(() => undefined)
    },
  }
}

/** What cannot be sent now is tried again as long as it counts; twice is as once. */
async function send({ replica, link, outbox, questions }: MailParts): Promise<void> {
  for (let page = outbox.page(); page.length > 0; page = outbox.page()) {
    const letters = page
    try {
      const statement = sendStatement(replica, letters)
      const rows = await link.run((session) => session.rows(statement))
      outbox.drop(letters)
      for (const { number, isGone } of refusedIn(rows)) {
        questions.fail(number, isGone ? new ReplicaGone() : new ReplicaBusy())
      }
    } catch (cause) {
      const error = asStoreError(cause, replica.context.address.where)
      if (mayMend(error)) throw error
      outbox.drop(letters)
      for (const { number } of letters) questions.fail(number, error)
    }
  }
}

/** A standby may become the primary, and what is held up goes on. */
function mayMend(error: OpenClawError): boolean {
  return isPassing(error) || ['ERR_STORE_STANDBY', 'ERR_STORE_BUSY'].includes(error.code)
}

async function take(parts: MailParts, state: MailState): Promise<void> {
  for (let bytes: number | undefined = MAIL_PAGE_BYTES; bytes !== undefined; ) {
    state.hasArrived = false
    const taken: Taken = await takePage(parts, bytes).catch((error: unknown) => {
      state.hasArrived = true
      throw error
    })
    for (const letter of taken.letters) heed(parts, state, letter)
    bytes = taken.nextBytes
    // answers do not wait until all is taken
    if (bytes !== undefined) await send(parts)
  }
}

async function takePage({ replica, link }: MailParts, bytes: number): Promise<Taken> {
  const statement = takeStatement(replica, bytes)
  return takenIn(await link.run((session) => session.rows(statement)))
}

/** What came too late, or was seen before, is as if it had not come. */
function heed(parts: MailParts, { seen }: MailState, letter: Arrived): void {
  const { replica, questions, answers } = parts
  const { from, number, what, until } = letter
  if (number <= (seen.get(from) ?? 0)) return
  remember(seen, from, number)
  if (until <= replica.clock.now()) return
  if (what === 'tell') answers.tell(letter)
  else if (what === 'ask') void answer(parts, letter)
  else questions.settle(letter)
}

function remember(seen: MailState['seen'], from: ReplicaId, number: number): void {
  seen.delete(from)
  seen.set(from, number)
  const [oldest] = seen.keys()
  if (seen.size > MAX_SENDERS && oldest !== undefined) seen.delete(oldest)
}

async function answer({ answers, outbox, added }: MailParts, letter: Arrived): Promise<void> {
  const { what, text } = await answers.ask(letter)
  const { from, number, kind, until } = letter
  const reply = { to: from, kind, question: number, until }
  const bytes = Buffer.byteLength(text)
  const code = 'ERR_REPLICA_BUSY'
  if (outbox.add({ ...reply, what, text, bytes }) === undefined) {
    outbox.add({ ...reply, what: 'failure', text: code, bytes: code.length })
  }
  added()
}
