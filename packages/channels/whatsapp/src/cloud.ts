export { cloudConnection } from './cloud/connection.ts'
export type { CloudOptions } from './cloud/types.ts'
export { CLOUD_TIMING, type CloudTiming } from './limits.ts'
