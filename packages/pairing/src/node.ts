export { openPairing } from './node/open-pairing.ts'
export { StateFolderRefused } from './node/private-files.ts'
export { fileWorkLog } from './node/work-log-file.ts'
export type { NodePairing, OpenOptions } from './open-types.ts'
