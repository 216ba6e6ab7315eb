import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lease, PostgresStore } from '@openclaw/credential-store-postgres'
import { nodePostgresStore } from '@openclaw/credential-store-postgres/node'
import type { ChannelHost, GatedMessage, InboundDm, ReplicaId } from '@openclaw/pairing-contracts'
import { describe, expect, inject, it } from 'vitest'
import { intake, memoryWorkLog, type WorkLog } from '../src/index.ts'
import { fileWorkLog, sharedWorkLog } from '../src/node.ts'

const QUICK = { elsewhereMs: 400, lookMs: 20 }
const FAST = { leaseMs: 2_000, renewMs: 400, marginMs: 300, askMs: 20 }

/** Opens stores on one schema, and closes them at the end. */
function onStores(
  test: (open: () => Promise<PostgresStore>) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const schema = `t_${randomBytes(6).toString('hex')}`
    const opened: PostgresStore[] = []
    try {
      await test(async () => {
        const store = await nodePostgresStore({ url: inject('postgresUrl'), schema, leases: FAST })
        opened.push(store)
        return store
      })
    } finally {
      await Promise.all(opened.map((store) => store.close()))
    }
  }
}

/** Something to wait for, and what ends the waiting. */
function door(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((open) => {
    resolve = open
  })
  return { promise, resolve: () => resolve() }
}

async function taken(store: PostgresStore, name = 'telegram/default'): Promise<Lease> {
  const lease = await store.leases.take(name, new AbortController().signal)
  if (lease === undefined) throw new Error('it was not given')
  return lease
}

const kinds: readonly [string, (open: () => Promise<PostgresStore>) => Promise<WorkLog>][] = [
  ['memory', async () => memoryWorkLog(100)],
  [
    'a file',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'work-log-'))
      return fileWorkLog(join(folder, 'handled', 'default.jsonl'), () => Date.now())
    },
  ],
  [
    'a database',
    async (open) => {
      const store = await open()
      const replica = store.replicas.id
      const marks = store.marks.of('telegram/default')
      return sharedWorkLog({ marks, replica, isAlive: () => false }, QUICK)
    },
  ],
]

describe.each(kinds)('a work log in %s', (_name, make) => {
  it(
    'lets one begin of those that come at once, and tells the others how far it came',
    onStores(async (open) => {
      const log = await make(open)
      const begun = await Promise.all(Array.from({ length: 20 }, () => log.begin('telegram/a/1')))
      expect(begun.filter((each) => each === 'new')).toHaveLength(1)
      expect(begun.filter((each) => each === 'delivering')).toHaveLength(19)
      await log.mark('telegram/a/1', 'replying')
      expect(await log.begin('telegram/a/1')).toBe('replying')
      await log.mark('telegram/a/1', 'done')
      expect(await log.begin('telegram/a/1')).toBe('done')
      expect(await log.begin('telegram/a/2')).toBe('new')
      await log.close()
    }),
  )

  it(
    'takes the key of any platform',
    onStores(async (open) => {
      const log = await make(open)
      const keys = ['telegram/a/\0', 'telegram/a/\ud800', 'telegram/a/"\n', 'telegram/a/\\u0000']
      for (const key of keys) expect(await log.begin(key)).toBe('new')
      for (const key of keys) expect(await log.begin(key)).toBe('delivering')
      await log.close()
    }),
  )
})

const inbound = {
  kind: 'dm',
  channel: 'telegram',
  account: 'default',
  senderId: '100001',
  aliases: [],
  replyTo: '100001',
  messageKey: '1',
  sentAt: 0,
  meta: {},
  text: 'hello',
} as unknown as InboundDm

/** One gateway with its own store, work log and agent, whose answer waits for `answer`. */
interface Gateway {
  readonly store: PostgresStore
  readonly host: Pick<ChannelHost, 'onMessage'>
  readonly asked: string[]
  readonly sent: string[]
  readonly events: string[]
  readonly answer: () => void
  readonly isAsked: Promise<void>
}

interface GatewayOptions {
  readonly idempotent?: boolean
  readonly lease?: Lease
  readonly isAlive?: (replica: ReplicaId) => boolean
  readonly onSend?: () => Promise<void>
  readonly commands?: readonly string[]
}

function gateway(store: PostgresStore, options: GatewayOptions = {}): Gateway {
  const { idempotent = false, lease, isAlive = () => true } = options
  const [asked, sent, events]: [string[], string[], string[]] = [[], [], []]
  const answered = door()
  const isAsked = door()
  const shared = { marks: store.marks.of('telegram/default', lease), replica: store.replicas.id }
  const host = intake({
    gate: async (message) => ({
      outcome: 'deliver',
      message: message as GatedMessage,
      grant: { via: 'store' },
      reason: 'approved',
    }),
    agent: {
      idempotent,
      deliver: async ({ idempotencyKey }) => {
        asked.push(idempotencyKey)
        isAsked.resolve()
        await answered.promise
        return { outcome: 'answered', text: 'you said hello' }
      },
    },
    send: async ({ text }) => {
      sent.push(text)
      await options.onSend?.()
      return { outcome: 'sent' }
    },
    work: sharedWorkLog({ ...shared, isAlive }, QUICK),
    log: (_level, event) => events.push(event),
    observe: () => {},
    signal: new AbortController().signal,
  })
  return { store, host, asked, sent, events, answer: answered.resolve, isAsked: isAsked.promise }
}

describe('a message at several gateways', () => {
  it(
    'is handled by one of those that get it at once',
    onStores(async (open) => {
      const stores = await Promise.all([open(), open(), open()])
      const all = stores.map((store) => gateway(store))
      const handled = Promise.all(all.map(({ host }) => host.onMessage(inbound)))
      for (const { answer } of all) answer()
      await handled
      expect(all.flatMap(({ asked }) => asked)).toEqual(['telegram/default/1'])
      expect(all.flatMap(({ sent }) => sent)).toEqual(['you said hello'])
    }),
  )

  it(
    'that another one is at for long is left to it, and is not handled again when that is done',
    onStores(async (open) => {
      const [a, b] = [gateway(await open()), gateway(await open())]
      const first = a.host.onMessage(inbound)
      await a.isAsked
      await b.host.onMessage(inbound)
      expect(b.events).toContain('message-elsewhere')
      a.answer()
      await first
      await b.host.onMessage(inbound)
      expect([...b.asked, ...b.sent]).toEqual([])
      expect(a.sent).toEqual(['you said hello'])
    }),
  )

  it(
    'is gone on with when the one that was at it dies while another waits for its end, and is answered once though it lives after all',
    onStores(async (open) => {
      const life = { alive: true }
      const a = gateway(await open())
      const b = gateway(await open(), { idempotent: true, isAlive: () => life.alive })
      const first = a.host.onMessage(inbound)
      await a.isAsked
      const second = b.host.onMessage(inbound)
      life.alive = false
      b.answer()
      await second
      a.answer()
      await first
      expect(b.sent).toEqual(['you said hello'])
      expect(a.sent).toEqual([])
      expect(a.events.filter((event) => event === 'message-handed-over')).toHaveLength(1)
    }),
  )

  it.each([
    ['an agent that knows repeated keys', true, ['telegram/default/1'], ['you said hello']],
    ['any other agent', false, [], []],
  ] as const)(
    'that was at %s when its lease was taken over is said once, by the new holder',
    async (_agent, idempotent, asked, sent) => {
      await onStores(async (open) => {
        const [one, other] = await Promise.all([open(), open()])
        const lease = await taken(one)
        const a = gateway(one, { idempotent, lease })
        const first = a.host.onMessage(inbound)
        await a.isAsked
        await lease.release()
        // though the earlier holder lives
        const b = gateway(other, { idempotent, lease: await taken(other) })
        b.answer()
        await b.host.onMessage(inbound)
        a.answer()
        await first
        expect(a.sent).toEqual([])
        expect(a.events.filter((event) => event === 'message-handed-over')).toHaveLength(1)
        expect(a.events).not.toContain('work-log-not-written')
        expect([b.asked, b.sent]).toEqual([asked, sent])
        expect(b.events.includes('message-interrupted')).toBe(!idempotent)
        await b.host.onMessage(inbound)
        expect(b.sent).toEqual(sent)
      })()
    },
  )

  it.each([true, false])(
    'whose answer was being sent when its lease was taken over is not answered again (agent knows keys: %s)',
    async (idempotent) => {
      await onStores(async (open) => {
        const [one, other] = await Promise.all([open(), open()])
        const lease = await taken(one)
        const sending = door()
        const goOn = door()
        const onSend = (): Promise<void> => {
          sending.resolve()
          return goOn.promise
        }
        const a = gateway(one, { idempotent, lease, onSend })
        a.answer()
        const first = a.host.onMessage(inbound)
        await sending.promise
        await lease.release()
        const b = gateway(other, { idempotent, lease: await taken(other) })
        b.answer()
        await b.host.onMessage(inbound)
        goOn.resolve()
        await first
        expect([...a.sent, ...b.sent]).toEqual(['you said hello'])
        expect(b.events).toContain('message-interrupted')
        expect(b.asked).toEqual([])
      })()
    },
  )

  it(
    'does not reach the agent of a gateway that lost its lease before it began',
    onStores(async (open) => {
      const [one, other] = await Promise.all([open(), open()])
      const lease = await taken(one)
      const a = gateway(one, { lease })
      await lease.release()
      await taken(other)
      a.answer()
      await a.host.onMessage(inbound)
      expect([...a.asked, ...a.sent]).toEqual([])
      expect(a.events).toEqual(['gate', 'message-handed-over'])
    }),
  )

  it(
    'is offered again when nothing can be noted, and not answered',
    onStores(async (open) => {
      const a = gateway(await open())
      await a.store.close()
      a.answer()
      await expect(a.host.onMessage(inbound)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' })
      expect(a.sent).toEqual([])
    }),
  )
})
