export { fileWorkLog } from './node/work-log-file.ts'
