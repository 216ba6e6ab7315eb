import type { Inbox } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, Clock, Inbound } from '@openclaw/pairing-contracts'
import { isRecord, isTime, type UnknownRecord } from '../json.ts'
import {
  type BlueBubblesTiming,
  LOOK_OVERLAP_MS,
  LOOK_PAGE,
  LOOK_PAGES,
  MEMORY_MS,
} from '../limits.ts'
import { type ApiAnswer, type BlueBubblesApi, isUnknownCall } from './client.ts'
import { encodeMark, type Mark } from './mark.ts'

/** What looking works with. */
export interface LookComponents {
  readonly api: BlueBubblesApi
  readonly inbox: Pick<Inbox, 'receive' | 'mark'>
  readonly classify: (event: unknown) => Inbound
  readonly clock: Clock
  readonly timing: BlueBubblesTiming
  readonly signal: AbortSignalLike
}

/** What a look came to; `behind`: there is more, to be looked for soon; `blind`: the server does not let anybody look. */
export type Looked = 'done' | 'behind' | 'blind' | { readonly failed: ApiAnswer }

/** Asks for messages that no webhook brought. */
export interface Looks {
  readonly look: () => Promise<Looked>
  /** The connection was lost: what the next look finds was held meanwhile. */
  readonly interrupted: () => void
}

/** The mark is saved at most this often unless something was found, in ms. */
const MARK_MS = 60_000

interface State {
  mark: Mark
  markedAt: number
  /** When the look before this one began; `undefined`: there was none since the connection came about. */
  before: number | undefined
  /** Where a look goes on that was too long for one; the overlap would lead the next one over the same messages. */
  rest: Stretch | undefined
}

/** What is looked through: from when, from which page on, and when that began. */
interface Stretch {
  readonly after: number
  readonly first: number
  readonly began: number
}

/** Goes on from `mark`. */
export function looksFrom(mark: Mark, components: LookComponents): Looks {
  const state: State = { mark, markedAt: 0, before: undefined, rest: undefined }
  return {
    look: () => look(components, state),
    interrupted: () => {
      state.before = undefined
    },
  }
}

async function look(components: LookComponents, state: State): Promise<Looked> {
  const { after, first, began } = state.rest ?? anew(components, state)
  let taken = 0
  let newest = after
  for (let page = first; page < first + LOOK_PAGES; page += 1) {
    const answer = await ask(components, after, page)
    if (isUnknownCall(answer)) return 'blind'
    if (answer.kind !== 'ok') return { failed: answer }
    const messages = messagesIn(answer.data)
    const received = messages.map((data) => receive(components, state, data))
    if (received.includes('full')) return 'behind'
    taken += received.filter((each) => each === 'taken').length
    newest = Math.max(newest, ...messages.map(({ dateCreated }) => timeOf(dateCreated)))
    if (messages.length < LOOK_PAGE) {
      advance(components, state, { to: began, taken })
      state.before = began
      state.rest = undefined
      return 'done'
    }
  }
  advance(components, state, { to: Math.min(began, newest + LOOK_OVERLAP_MS), taken: 1 })
  state.rest = { after, first: first + LOOK_PAGES, began }
  return 'behind'
}

function anew({ clock }: LookComponents, { mark }: State): Stretch {
  const began = clock.now()
  const after = Math.max(mark.lookedAt - LOOK_OVERLAP_MS, mark.bornAt, began - MEMORY_MS)
  return { after, first: 0, began }
}

function ask(
  { api, timing, signal }: LookComponents,
  after: number,
  page: number,
): Promise<ApiAnswer> {
  const query = { after, limit: LOOK_PAGE, offset: page * LOOK_PAGE, sort: 'ASC' }
  return api.post(
    'message/query',
    { ...query, with: ['chats', 'attachments'] },
    { ms: timing.requestMs, stop: signal },
  )
}

/** Oldest first, whatever the server thinks of the order. */
function messagesIn(data: unknown): readonly UnknownRecord[] {
  const messages = Array.isArray(data) ? data.filter(isRecord) : []
  return messages.sort((a, b) => timeOf(a.dateCreated) - timeOf(b.dateCreated))
}

const timeOf = (value: unknown): number => (isTime(value) ? value : 0)

/** Groups, own messages and the like were counted when they were told of, or never will be. */
function receive(
  { classify, clock, inbox }: LookComponents,
  { before }: State,
  data: UnknownRecord,
) {
  const payload = { type: 'new-message', data }
  const inbound = classify(payload)
  if (inbound.kind !== 'dm') return 'ignored'
  const heldMs = Math.max(0, (before ?? clock.now()) - inbound.sentAt)
  return inbox.receive({ payload, heldMs })
}

interface Advance {
  readonly to: number
  readonly taken: number
}

function advance({ inbox }: LookComponents, state: State, { to, taken }: Advance): void {
  state.mark = { ...state.mark, lookedAt: to }
  if (taken === 0 && to - state.markedAt < MARK_MS) return
  state.markedAt = to
  inbox.mark(encodeMark(state.mark))
}
