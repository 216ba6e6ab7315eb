/**
 * Tell owners that somebody waits for them: once each, in their chat, and keep what became of it.
 *
 * @packageDocumentation
 */
export type {
  DeviceCard,
  OwnerNoticesComponents,
  OwnerNoticesOptions,
  Sending,
  Settled,
} from './components.ts'
export { MalformedNotice, type OwnerNoticesError } from './errors.ts'
export { type OwnerPlaces, ownerPlaces } from './places.ts'
export { quoted } from './quote.ts'
export { type ReadComponents, readNotices } from './read.ts'
export { ownerNotices } from './runner.ts'
export type { NoticeStateName, OwnerNotice, OwnerPlace, OwnerRef, Waiting } from './types.ts'
