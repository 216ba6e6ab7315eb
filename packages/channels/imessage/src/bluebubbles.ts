export { parseServerUrl } from './bluebubbles/client.ts'
export { bluebubblesConnection } from './bluebubbles/connection.ts'
export {
  type BlueBubblesError,
  BlueBubblesPasswordMissing,
  BlueBubblesPasswordRejected,
  BlueBubblesUrlInvalid,
  type ServerUrlProblem,
} from './bluebubbles/errors.ts'
export type { BlueBubblesOptions } from './bluebubbles/types.ts'
export { classifyBlueBubbles } from './classify.ts'
export { BLUEBUBBLES_TIMING, type BlueBubblesTiming } from './limits.ts'
