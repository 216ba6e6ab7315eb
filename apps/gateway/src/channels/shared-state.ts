import type { Lease, Leases, Marks } from '@openclaw/credential-store-postgres'
import type { WorkLog } from '@openclaw/pairing'
import { type NodePairing, sharedWorkLog } from '@openclaw/pairing/node'
import type { Replicas } from '@openclaw/pairing-contracts'

/** What several gateways share beside the state itself. */
export interface SharedState {
  readonly leases: Leases
  readonly marks: Marks
  readonly replicas: Replicas
}

/** `undefined` where this gateway has its state alone. */
export function sharedStateOf({ backend }: Pick<NodePairing, 'backend'>): SharedState | undefined {
  return backend.kind === 'postgres' ? backend.store : undefined
}

/** What was handled on an account, by whichever gateway; with a lease, only its holder notes. */
export function sharedWork({ marks, replicas }: SharedState, name: string, lease?: Lease): WorkLog {
  return sharedWorkLog({
    marks: marks.of(name, lease),
    replica: replicas.id,
    isAlive: (replica) => replicas.others().includes(replica),
  })
}
