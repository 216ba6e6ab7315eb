import { randomBytes } from 'node:crypto'

/** The name of a schema that nobody has. */
export function drawSchema(): string {
  return `t_${randomBytes(6).toString('hex')}`
}
