/** Whom or what an entry is about: ids of the platform and of ours, and what became of it. No text of a stranger. */
export interface Subject {
  readonly kind: 'person' | 'owner' | 'device' | 'node' | 'setup-code'
  /** Such as `approved`, `asked`, `revoked`. */
  readonly outcome: string
  readonly channel?: string
  readonly account?: string
  readonly senderId?: string
  readonly deviceId?: string
  readonly role?: string
  readonly nodeId?: string
  readonly requestId?: string
  readonly setupId?: string
  /** What a device may do, where that was decided. */
  readonly scopes?: readonly string[]
  /** The owner's own name for a device. */
  readonly label?: string
  /** When a grant ends, ISO 8601. */
  readonly until?: string
}
