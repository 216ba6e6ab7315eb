import type { ReplicaId, Replicas } from '@openclaw/pairing-contracts'
import { lookAround, type Member, memberOf, type Network, replicaOf } from './memory-member.ts'

/** One replica in memory. */
export interface MemoryReplica extends Replicas {
  /** Says goodbye: the others see at once that it is gone. */
  readonly close: () => Promise<void>
}

/** Replicas in one process, and what can happen to the way between them. */
export interface MemoryReplicas {
  readonly open: () => MemoryReplica
  /** Nothing reaches it or comes from it any more. It and the others take each other for dead `lifeMs` later. */
  readonly cutOff: (id: ReplicaId) => void
  /** The way to it is there again; what was sent meanwhile is lost. */
  readonly mend: (id: ReplicaId) => void
  /** Ends it without a goodbye: the others take it for dead `lifeMs` later. */
  readonly kill: (id: ReplicaId) => void
  /** From now on whatever is sent, answered or noted takes so long, in ms; 0 to begin with. */
  readonly delay: (ms: number) => void
}

/** How replicas in memory behave. */
export interface MemoryReplicasOptions {
  /** How long one that shows no life is taken for alive, in ms; 100 unless given. */
  readonly lifeMs?: number
}

/** Nobody is there yet. */
export function memoryReplicas({ lifeMs = 100 }: MemoryReplicasOptions = {}): MemoryReplicas {
  const network: Network = { members: new Map(), delayMs: 0, opened: 0 }
  const lapseLater = (member: Member): void => {
    setTimeout(() => {
      if (member.life === 'open' && !member.isApart) return
      member.isLapsed = true
      lookAround(network)
    }, lifeMs)
  }
  const withMember = (id: ReplicaId, act: (member: Member) => void): void => {
    const member = network.members.get(id)
    if (member === undefined || member.life !== 'open') return
    act(member)
  }
  return {
    open: () => {
      const member = memberOf(network)
      return { ...replicaOf(network, member), close: () => closed(network, member) }
    },
    cutOff: (id) =>
      withMember(id, (member) => {
        member.isApart = true
        lapseLater(member)
      }),
    mend: (id) =>
      withMember(id, (member) => {
        member.isApart = false
        member.isLapsed = false
        member.shown = member.notes.all()
        lookAround(network)
      }),
    kill: (id) =>
      withMember(id, (member) => {
        member.life = 'killed'
        lapseLater(member)
      }),
    delay: (ms) => {
      network.delayMs = ms
    },
  }
}

async function closed(network: Network, member: Member): Promise<void> {
  if (member.life === 'open') member.life = 'closed'
  member.isLapsed ||= !member.isApart
  lookAround(network)
}
