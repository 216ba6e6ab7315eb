export type { Environment } from '@openclaw/pairing-channel-kit/child'
export { classifyImsg } from './imsg/classify.ts'
export { findImsg } from './imsg/command.ts'
export { imsgConnection } from './imsg/connection.ts'
export {
  type ImsgError,
  ImsgHostInvalid,
  ImsgNotFound,
  type ImsgPermission,
  ImsgPermissionMissing,
  ImsgTooOld,
} from './imsg/errors.ts'
export { IMSG_TIMING, type ImsgTiming } from './imsg/limits.ts'
export type { ImsgOptions, ImsgPlace } from './imsg/types.ts'
