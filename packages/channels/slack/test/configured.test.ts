import { afterEach, expect, it } from 'vitest'
import { closeAll, connectionTo, emulate } from './bench.ts'

const ADA = 'U0ADA0001'

afterEach(closeAll)

it('a long text comes in pieces as long as the configuration says, at the ends of paragraphs, the code whole', async () => {
  const emulator = await emulate()
  const { channel } = emulator.message(ADA, 'hello')
  const connection = connectionTo(emulator, {
    options: { chunks: { limit: 120, mode: 'newline' } },
  })
  const text = `${'One.\nTwo.\n\n'.repeat(30)}${'x'.repeat(115)}ABCD2345`
  const outcome = await connection.send({ to: channel, text, copyable: 'ABCD2345' })
  expect(outcome).toMatchObject({ outcome: 'sent' })
  const sent = emulator.sent.map((each) => each.text)
  expect(sent.length).toBeGreaterThan(3)
  for (const part of sent) expect(part.length).toBeLessThanOrEqual(120)
  for (const part of sent.slice(0, 3)) expect(part).toMatch(/^One\.\s[\s\S]*Two\.\s*$/)
  expect(emulator.sent.flatMap(({ code }) => code)).toEqual(['ABCD2345'])
})
