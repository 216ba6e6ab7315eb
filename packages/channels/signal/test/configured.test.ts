import { signalNumberOf } from '@openclaw-pairing/emulators'
import { afterEach, expect, it } from 'vitest'
import { signalConnection } from '../src/transport.ts'
import { account, clock, closeAll, emulate, memoryCursor, quick, random } from './bench.ts'

afterEach(closeAll)

it('a long text comes in pieces as long as the configuration says, the code whole', async () => {
  const emulator = await emulate()
  const connection = signalConnection({
    ...{ httpUrl: emulator.url, account, clock, random, timing: quick },
    ...{ cursor: memoryCursor(), chunks: { limit: 100, mode: 'newline' } },
  })
  const text = `${'One.\n\n'.repeat(40)}${'x'.repeat(97)}ABCD2345`
  const to = signalNumberOf(1)
  expect(await connection.send({ to, text, copyable: 'ABCD2345' })).toMatchObject({
    outcome: 'sent',
  })
  const sent = emulator.sent.map((each) => each.text)
  expect(sent.length).toBeGreaterThan(3)
  for (const part of sent) expect(part.length).toBeLessThanOrEqual(100)
  expect(sent.filter((part) => part.includes('ABCD2345'))).toHaveLength(1)
  expect(sent[0]).toMatch(/^(?:One\.\n\n)+$/)
})
