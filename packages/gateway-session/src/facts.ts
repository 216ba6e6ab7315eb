import type { ConnectionFacts } from './ports.ts'

/** Whether the owner's own program is at the other end. Whoever passed a connection on may have added what only this machine can know. */
export function isLocal({ local, forwarded }: ConnectionFacts): boolean {
  return local && !forwarded
}
