import {
  type Json,
  ReplicaBusy,
  ReplicaFailed,
  ReplicaGone,
  type ReplicaId,
  ReplicaLate,
  type ReplicaNote,
  type Replicas,
  ReplicaTooLarge,
} from '@openclaw/pairing-contracts'
import { MAX_ASKED, MAX_BODY_BYTES } from './limits.ts'
import { type MemoryNotes, memoryNotes } from './memory-notes.ts'

/** All that were ever opened, and how long it takes between them. */
export interface Network {
  readonly members: Map<ReplicaId, Member>
  delayMs: number
  opened: number
}

/** One of them. */
export interface Member {
  readonly id: ReplicaId
  readonly handlers: Map<string, Parameters<Replicas['serve']>[1]>
  readonly notes: MemoryNotes
  readonly listeners: Set<() => void>
  readonly asked: Set<Asked>
  /** What it sent, in order, until it arrives. */
  readonly sent: (() => void)[]
  /** Its notes as they reached the others. */
  shown: ReadonlyMap<string, Json>
  /** The others as it knows them. */
  known: ReadonlyMap<ReplicaId, ReadonlyMap<string, Json>>
  life: 'open' | 'closed' | 'killed'
  /** Nothing reaches it. */
  isApart: boolean
  /** The others have noticed that it shows no life. */
  isLapsed: boolean
}

/** A question that waits. */
interface Asked {
  readonly to: ReplicaId
  readonly settle: (answer: string | Error) => void
}

/** A new one; the others hear of it. */
export function memberOf(network: Network): Member {
  network.opened += 1
  const member: Member = {
    id: `replica-${String(network.opened)}` as ReplicaId,
    handlers: new Map(),
    notes: memoryNotes(),
    listeners: new Set(),
    asked: new Set(),
    sent: [],
    shown: new Map(),
    known: new Map(),
    life: 'open',
    isApart: false,
    isLapsed: false,
  }
  network.members.set(member.id, member)
  lookAround(network)
  return member
}

/** Has everybody see who lives and what they noted. */
export function lookAround({ members }: Network): void {
  const living = [...members.values()].filter(({ isLapsed }) => !isLapsed)
  for (const member of members.values()) {
    const isAlone = member.isLapsed || member.life !== 'open'
    const seen = isAlone ? [] : living.filter((other) => other !== member)
    // whoever is cut off keeps what it knew until that is too old
    if (!member.isApart || isAlone) member.known = new Map(seen.map(({ id, shown }) => [id, shown]))
    for (const { to, settle } of [...member.asked]) {
      if (!member.known.has(to)) settle(new ReplicaGone())
    }
    if (member.life !== 'open') continue
    for (const listener of [...member.listeners]) listener()
  }
}

/** The port of one of them. */
export function replicaOf(network: Network, member: Member): Replicas {
  return {
    id: member.id,
    others: () => [...member.known.keys()],
    tell: (kind, body) => {
      const text = JSON.stringify(body)
      if (Buffer.byteLength(text) > MAX_BODY_BYTES) return
      for (const to of member.known.keys()) {
        send(network, member, () => {
          const other = reached(network, member, to)
          if (other !== undefined) void answerOf(other, member.id, { kind, text }).catch(() => {})
        })
      }
    },
    ask: (...question) => ask(network, member, question),
    serve: (kind, answer) => {
      if (member.handlers.has(kind)) throw new TypeError(`${kind} is served already`)
      const own: typeof answer = (body, from) => answer(body, from)
      member.handlers.set(kind, own)
      return () => {
        if (member.handlers.get(kind) === own) member.handlers.delete(kind)
      }
    },
    note: (key, value) => {
      member.notes.put(key, value)
      send(network, member, () => {
        if (member.isApart) return
        member.shown = member.notes.all()
        lookAround(network)
      })
    },
    noted: (prefix) => [...member.known].flatMap(([id, notes]) => notesOf(id, notes, prefix)),
    onNoted: (listener) => {
      const own = (): void => listener()
      member.listeners.add(own)
      return () => void member.listeners.delete(own)
    },
  }
}

function notesOf(
  replica: ReplicaId,
  notes: ReadonlyMap<string, Json>,
  prefix: string,
): readonly ReplicaNote[] {
  return [...notes]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => ({ replica, key, value: structuredClone(value) as Json }))
}

/** What one sends arrives in its order, as each timer takes the first that waits. */
function send({ delayMs }: Network, member: Member, arrive: () => void): void {
  member.sent.push(arrive)
  setTimeout(() => {
    const first = member.sent.shift()
    if (member.life === 'open') first?.()
  }, delayMs)
}

/** The other, where something can get to it now. */
function reached({ members }: Network, from: Member, to: ReplicaId): Member | undefined {
  const other = members.get(to)
  if (other === undefined || other.life !== 'open' || other.isApart || from.isApart)
    return undefined
  return other
}

interface Message {
  readonly kind: string
  readonly text: string
}

async function answerOf(member: Member, from: ReplicaId, { kind, text }: Message): Promise<string> {
  const handler = member.handlers.get(kind)
  if (handler === undefined) throw new ReplicaFailed()
  const answer = await handler(JSON.parse(text) as Json, from)
  const said = JSON.stringify(answer)
  if (said === undefined) throw new ReplicaFailed()
  if (Buffer.byteLength(said) > MAX_BODY_BYTES) throw new ReplicaTooLarge()
  return said
}

async function ask(
  network: Network,
  member: Member,
  question: Parameters<Replicas['ask']>,
): Promise<Json> {
  const [to, kind, body, withinMs] = question
  const text = JSON.stringify(body)
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new ReplicaTooLarge()
  if (member.asked.size >= MAX_ASKED) throw new ReplicaBusy()
  if (!member.known.has(to)) throw new ReplicaGone()
  const deadline = performance.now() + withinMs
  const answer = await new Promise<string>((resolve, reject) => {
    const asked: Asked = {
      to,
      settle: (said) => {
        clearTimeout(timer)
        member.asked.delete(asked)
        if (typeof said === 'string') resolve(said)
        else reject(said)
      },
    }
    const timer = setTimeout(() => asked.settle(new ReplicaLate(withinMs)), withinMs)
    member.asked.add(asked)
    send(network, member, () => {
      const other = reached(network, member, to)
      if (other === undefined || performance.now() >= deadline) return
      const settle = (said: string | Error): void =>
        send(network, other, () => {
          if (reached(network, other, member.id) !== undefined) asked.settle(said)
        })
      answerOf(other, member.id, { kind, text }).then(settle, (error: unknown) =>
        settle(error instanceof ReplicaTooLarge ? error : new ReplicaFailed()),
      )
    })
  })
  return JSON.parse(answer) as Json
}
