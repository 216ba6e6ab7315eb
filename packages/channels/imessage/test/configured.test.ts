import { imessageHandleOf, imsgChatOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, connected, emulate } from './bench.ts'
import {
  closeAll as closeImsg,
  emulate as emulateImsg,
  runBench as runImsg,
  until,
} from './imsg-bench.ts'

afterEach(closeAll)
afterEach(closeImsg)

const CODE = 'ABCD2345'
const text = `${'One.\n\n'.repeat(40)}${'x'.repeat(97)}${CODE}`
const options = { chunks: { limit: 100, mode: 'newline' } } as const

function expectPieces(sent: readonly string[]): void {
  expect(sent.length).toBeGreaterThan(3)
  for (const part of sent) expect(part.length).toBeLessThanOrEqual(100)
  expect(sent.filter((part) => part.includes(CODE))).toHaveLength(1)
  expect(sent[0]).toMatch(/^(?:One\.\n\n)+$/)
}

describe('a long text comes in pieces as long as the configuration says, the code whole', () => {
  it('through a BlueBubbles server', async () => {
    const emulator = await emulate()
    const { connection } = await connected({ emulator, options })
    const to = imessageHandleOf(1)
    const outcome = await connection.send({ to, text, copyable: CODE })
    expect(outcome).toMatchObject({ outcome: 'sent' })
    expectPieces(emulator.sent.map((each) => each.text))
  })

  it('through imsg', async () => {
    const emulator = await emulateImsg()
    const { connection } = runImsg({ cliPath: emulator.cliPath, options })
    await until(() => connection.status().state === 'connected', 'the connection')
    const outcome = await connection.send({ to: imsgChatOf(1), text, copyable: CODE })
    expect(outcome).toMatchObject({ outcome: 'sent' })
    expectPieces(emulator.sent.map(({ params }) => String(params['text'])))
  })
})
