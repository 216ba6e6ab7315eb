import { type Extent, sorted, union } from './access.ts'
import type { RequestReason } from './types.ts'

/** What was asked, and what the role has already. */
export interface Approvable {
  readonly reason: RequestReason
  readonly role: string
  readonly scopes: readonly string[]
  /** `undefined` where they are not told. */
  readonly commands: readonly string[] | undefined
  readonly granted: readonly {
    readonly role: string
    readonly scopes: readonly string[]
    readonly commands: readonly string[] | undefined
    readonly revokedAt: number | undefined
  }[]
}

/** What an approver names; what is left out was not chosen. */
export interface Choice {
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
}

/**
 * What the role of a request has after its approval, as the shown request tells it: what it has now and what is given,
 * of a revoked role only what is given. Where a device says that it is another kind of machine (`metadata-upgrade`), what
 * the approver names is all that the role has, of its kind.
 */
export function afterApproval(request: Approvable, choice: Choice = {}): Extent {
  const grant = request.granted.find(
    ({ role, revokedAt }) => role === request.role && revokedAt === undefined,
  )
  const before = grant && { scopes: grant.scopes, commands: grant.commands ?? [] }
  const given = {
    scopes: sorted(choice.scopes ?? request.scopes),
    commands: sorted(choice.commands ?? request.commands ?? []),
  }
  return extentAfter({ reason: request.reason, before, given }, choice)
}

/** An approval, by the extents alone. */
export interface Approval {
  readonly reason: RequestReason
  /** What the role has, where it is not revoked. */
  readonly before: Extent | undefined
  /** What was chosen, else what was asked. */
  readonly given: Extent
}

/** The same for the extents of an approval. */
export function extentAfter({ reason, before, given }: Approval, choice: Choice): Extent {
  if (before === undefined) return given
  const both = union(before, given)
  if (reason !== 'metadata-upgrade') return both
  return {
    scopes: choice.scopes === undefined ? both.scopes : given.scopes,
    commands: choice.commands === undefined ? both.commands : given.commands,
  }
}
