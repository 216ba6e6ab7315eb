/**
 * What every channel adapter repeats: waiting, status, ordered handling, a durable inbox, bounded sends.
 *
 * @packageDocumentation
 */
export { type AccountRun, neverRejects, onceMade, runAccount } from './account.ts'
export { type AddressFault, addressFault, originOf } from './address.ts'
export { type Backoff, type BackoffTiming, backoff, seldom } from './backoff.ts'
export type { BooksLimits, BooksState } from './books.ts'
export {
  type Chunks,
  type Cut,
  type CutMode,
  cutFor,
  firstPiece,
  mostPieces,
  type Piece,
  pieces,
} from './cut.ts'
export { type Handled, type Handling, type HandlingComponents, handling } from './handling.ts'
export { openInbox } from './inbox.ts'
export type { Arrival, Inbox, InboxComponents, InboxOptions, Reception } from './inbox-types.ts'
export {
  type LoadComponents,
  loadPosition,
  loadSaved,
  type Position,
  type SavedForm,
} from './position.ts'
export { type QueueLimits, queued } from './queue.ts'
export { isRecord, isText, type JsonRecord, jsonOf } from './record.ts'
export { type Saver, type SaverComponents, saver } from './saver.ts'
export { type Retry, sendParts, type Try, type TryLimits, tried, triesOf } from './sending.ts'
export { type StatusBoard, statusBoard } from './status.ts'
export { type Bell, bell, orNothing, pause, within } from './wait.ts'
export { type Waker, waker } from './waker.ts'
export { inWords, reasonOf, redactor, type Secrets } from './words.ts'
