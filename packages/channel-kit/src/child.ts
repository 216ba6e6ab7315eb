/**
 * Programs that an adapter starts: without a shell, with little of the environment, bounded, and ended for certain.
 *
 * @module
 */
export { type Child, type ChildBounds, type ChildListener, startChild } from './process/child.ts'
export {
  type ChildCommand,
  childEnvironment,
  type Environment,
  findExecutable,
  inHome,
} from './process/command.ts'
export { type ChildEnd, howEnded } from './process/end.ts'
export { type LineLimits, type LineListener, lineReader } from './process/lines.ts'
export { type Service, type ServiceListener, startService } from './process/service.ts'
