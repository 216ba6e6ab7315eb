/** What a replica is told to do. */
export type ReplicaOrder =
  | { readonly does: 'measure' }
  | {
      readonly does: 'approve'
      /** The first request; each client has `each` of its own. */
      readonly from: number
      readonly each: number
      readonly clients: number
      readonly forMs: number
    }

/** What it answers. */
export type ReplicaReport =
  | { readonly ready: number }
  | { readonly residentBytes: number }
  | { readonly approved: number; readonly ms: number }
  | { readonly wrong: string }
