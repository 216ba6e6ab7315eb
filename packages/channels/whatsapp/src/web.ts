export {
  findLibrary,
  installCommand,
  type LibraryPlaces,
  librariesIn,
  loadLibrary,
} from './node/library.ts'
export { nodeSession } from './node/session.ts'
export type { HeirOf } from './node/session-files.ts'
export { webConnection } from './web/connection.ts'
export {
  LIBRARY_VERSION,
  WebAccountRefused,
  WebCredsDamaged,
  type WebError,
  WebFolderShared,
  WebGaveUp,
  WebLibraryBroken,
  WebLibraryMissing,
  WebLibraryUnsafe,
  type WebRefusal,
  WebSocketUrlInvalid,
} from './web/errors.ts'
export { WEB_TIMING, type WebTiming } from './web/limits.ts'
export {
  type LoginOptions,
  type LoginOutcome,
  type LoginStep,
  linkAccount,
} from './web/login.ts'
export { type LogoutOutcome, unlinkAccount } from './web/logout.ts'
export type { BaileysPort } from './web/port.ts'
export type {
  LoadedLibrary,
  SessionFiles,
  SessionLock,
  SessionPlace,
  WebOptions,
  WebReconnect,
  WebSession,
} from './web/types.ts'
