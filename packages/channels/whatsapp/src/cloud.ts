export { CLOUD_TIMING, type CloudTiming } from './cloud/limits.ts'
export type { CloudOptions } from './cloud/types.ts'
