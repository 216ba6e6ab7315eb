export type { Backend } from './node/backend.ts'
export type { Devices } from './node/devices.ts'
export { type Heir, heirOf, makePrivateDirectory } from './node/heir.ts'
export { openPairing } from './node/open-pairing.ts'
export { peopleToTell } from './node/people-to-tell.ts'
export { StateFolderRefused } from './node/private-files.ts'
export { readDevices } from './node/read-devices.ts'
export { readPeople } from './node/read-people.ts'
export { fileWorkLog } from './node/work-log-file.ts'
export { type SharedWorkComponents, sharedWorkLog } from './node/work-log-shared.ts'
export type {
  DatabaseUse,
  DevicesToRead,
  NodePairing,
  OpenOptions,
  PeopleToRead,
  ReadOptions,
  Unmerged,
} from './open-types.ts'
