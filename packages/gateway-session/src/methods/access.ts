import type { LegacyNodes } from '../legacy.ts'
import type { Audience } from './method.ts'
import { methodTable } from './table.ts'

/** A method and who may call it. */
export interface MethodAccess {
  readonly method: string
  readonly audience: Audience
}

/** The table of methods, as data: for documents and checks. */
export function methodAccess(legacyNodes?: LegacyNodes): readonly MethodAccess[] {
  return [...methodTable(legacyNodes).values()].map(({ name, audience }) => ({
    method: name,
    audience,
  }))
}
