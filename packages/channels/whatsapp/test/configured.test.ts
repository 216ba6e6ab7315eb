import type { InboundDm } from '@openclaw/pairing-contracts'
import { runConnection } from '@openclaw/pairing-testing'
import {
  type WaEmulator,
  waJidOf,
  waMessage,
  waNumberOf,
  whatsappNumberOf,
} from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { classifyWeb } from '../src/web/classify.ts'
import { drawMessageId, isOwnSend } from '../src/web/own-sends.ts'
import type { WebReconnect } from '../src/web/types.ts'
import { webConnection } from '../src/web.ts'
import { closeAll, connected, emulate, runBench as runCloud } from './bench.ts'
import {
  account,
  atEnd,
  closeAll as closeWeb,
  emulate as emulateWeb,
  optionsOf,
  pause,
  quick,
  random,
  runBench as runWeb,
  texts,
  until,
} from './web/bench.ts'
import { messageOfAlice } from './web/samples.ts'

afterEach(closeAll)
afterEach(closeWeb)

const CODE = 'ABCD2345'
const text = `${'One.\n\n'.repeat(40)}${'x'.repeat(97)}${CODE}`
const chunks = { limit: 100, mode: 'newline' } as const

function expectPieces(sent: readonly string[]): void {
  expect(sent.length).toBeGreaterThan(3)
  for (const part of sent) expect(part.length).toBeLessThanOrEqual(100)
  expect(sent.filter((part) => part.includes(CODE))).toHaveLength(1)
  expect(sent[0]).toMatch(/^(?:One\.\n\n)+$/)
}

describe('a long text comes in pieces as long as the configuration says, the code whole', () => {
  it('through the Cloud API', async () => {
    const { emulator, door } = await emulate()
    const bench = runCloud({ emulator, door, options: { chunks } })
    await connected(bench)
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    const message = { to: whatsappNumberOf(1), text, copyable: CODE }
    expect(await bench.connection.send(message)).toMatchObject({ outcome: 'sent' })
    const bodies = emulator.sent.map(({ body }) => body['text'] as { readonly body: string })
    expectPieces(bodies.map(({ body }) => body))
  })

  it('from a linked device', async () => {
    const emulator = await emulateWeb()
    const { connection } = await runWeb({ emulator, options: { chunks } })
    await until(() => connection.status().state === 'connected', 'the connection')
    const to = waJidOf(waNumberOf(1))
    const outcome = await connection.send({ to, text, copyable: CODE })
    expect(outcome).toMatchObject({ outcome: 'sent' })
    expectPieces(emulator.sent.map((each) => each.text))
  })
})

describe('a link that does not come about', () => {
  const reconnect = { initialMs: 10, maxMs: 40, factor: 2, jitter: 0, maxAttempts: 4 }
  const { backoffMs: _, maxBackoffMs: __, ...timing } = quick

  /** Its waits are those of `reconnect` alone. */
  async function run(emulator: WaEmulator, again: WebReconnect = reconnect) {
    const options = await optionsOf({ emulator, options: { reconnect: again } })
    const running = runConnection(webConnection({ ...options, timing }))
    atEnd(running.stop)
    return running
  }

  it('is given up after as many failures in a row as are configured', async () => {
    const emulator = await emulateWeb()
    emulator.turnAway(503)
    const { connection, ended } = await run(emulator)
    await expect(ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_GAVE_UP' })
    expect(connection.status().state).toBe('failed')
    expect(emulator.logins()).toBe(4)
  })

  it('is counted anew after one that stood', async () => {
    const emulator = await emulateWeb()
    const { connection } = await run(emulator)
    for (let round = 1; round <= 6; round += 1) {
      await until(() => connection.status().state === 'connected', 'the connection')
      emulator.end(503)
      await until(() => emulator.logins() === round + 1, 'the next one')
    }
    await until(() => connection.status().state === 'connected', 'the connection')
  })

  it('is tried after waits as long as configured', async () => {
    const emulator = await emulateWeb()
    emulator.turnAway(503)
    const slow = { ...reconnect, initialMs: 100, maxMs: 1_000, factor: 3 }
    const begun = performance.now()
    const { ended } = await run(emulator, slow)
    await expect(ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_GAVE_UP' })
    expect(performance.now() - begun).toBeGreaterThan(100 + 300 + 900)
  })
})

describe('what the owner writes to themself', () => {
  const OWN = '+15550000000'
  const self = { ids: [OWN, 'lid:77'] as InboundDm['senderId'][] }
  const ownJid = waJidOf(OWN)
  const own = (key: object = {}) =>
    messageOfAlice({ key: { remoteJid: ownJid, remoteJidAlt: undefined, fromMe: true, ...key } })

  it('is nothing for us unless that is configured', () => {
    expect(classifyWeb(own(), account)).toMatchObject({ kind: 'ignore' })
    expect(classifyWeb(own(), account, self)).toMatchObject({
      ...{ kind: 'dm', senderId: OWN, aliases: ['lid:77'], replyTo: ownJid, text: 'hi' },
    })
  })

  it('is of their number, by whichever id the chat goes', () => {
    const inbound = classifyWeb(own({ remoteJid: '77@lid' }), account, self)
    expect(inbound).toMatchObject({ kind: 'dm', senderId: OWN, replyTo: '77@lid' })
  })

  it('is not what they write to others, in groups, or what we answered', () => {
    for (const key of [
      { remoteJid: '15551234567@s.whatsapp.net' },
      { remoteJid: '1@g.us', participant: ownJid },
      { remoteJid: 'status@broadcast' },
      { id: drawMessageId(random) },
    ])
      expect(classifyWeb(own(key), account, self), JSON.stringify(key)).not.toMatchObject({
        kind: 'dm',
      })
  })

  it('is told from our own answers, also after a restart, and theirs are not taken for ours', () => {
    for (let round = 0; round < 200; round += 1) expect(isOwnSend(drawMessageId(random))).toBe(true)
    for (const id of ['3EB0C767D82B0A1B2C3D', '3A2F', undefined, `3EB0${'0'.repeat(18)}`])
      expect(isOwnSend(id)).toBe(false)
  })

  it('is delivered and answered once, without a receipt to oneself and without an echo', async () => {
    const emulator = await emulateWeb()
    const onMessage = async () => 'deliver' as const
    const { connection, offered } = await runWeb({
      ...{ emulator, onMessage, options: { selfChat: 'taken', readReceipts: 'approved' } },
    })
    await until(() => connection.status().state === 'connected', 'the connection')
    const written = (id: string, conversation: string) => {
      const message = waMessage(1, conversation, { at: Date.now() })
      return { ...message, key: { ...(message['key'] as object), ...owned, id } }
    }
    const owned = { remoteJid: ownJid, remoteJidAlt: undefined, fromMe: true }
    emulator.upsert('notify', [written('3A0001', 'note to self')])
    await until(() => offered.length === 1, 'the message')
    expect(offered[0]).toMatchObject({ senderId: OWN, replyTo: ownJid })
    const sent = await connection.send({ to: ownJid, text: 'noted' })
    if (sent.outcome !== 'sent') throw new Error(sent.reason)
    emulator.upsert('append', [written(sent.messageId ?? '', 'noted')])
    emulator.upsert('notify', [written(sent.messageId ?? '', 'noted')])
    emulator.upsert('notify', [written('3A0002', 'another')])
    await until(() => offered.length === 2, 'the next one')
    await pause(50)
    expect(texts(offered)).toEqual(['note to self', 'another'])
    expect(emulator.read).toEqual([])
  })
})
