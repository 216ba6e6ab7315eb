import { describe, expect, it } from 'vitest'
import { chatWorld } from './chat.ts'

/** The rows of modules in half blocks; true: drawn. */
function modulesOf(picture: string): readonly (readonly boolean[])[] {
  return picture
    .split('\n')
    .flatMap((line) => [
      [...line].map((block) => block === '█' || block === '▀'),
      [...line].map((block) => block === '█' || block === '▄'),
    ])
}

describe('/pair qr', () => {
  it('shows the code as a square of half blocks, in letters of one width', async () => {
    const { ask, inbound, secrets } = chatWorld()
    const [first, second] = (await ask(inbound('1001', '/pair qr'))) ?? []
    expect(first?.text).toContain('Scan')
    const picture = second?.preformatted ?? ''
    expect(second?.text).toMatch(
      /another screen: open this chat on a computer and scan it with the app/,
    )
    expect(second?.text.endsWith(`:\n${picture}`)).toBe(true)
    expect(`${first?.text}${second?.text}`).not.toContain(secrets[0])
    const modules = modulesOf(picture)
    const width = modules[0]?.length ?? 0
    expect(width).toBeGreaterThan(24)
    expect(Math.abs(modules.length - width)).toBeLessThanOrEqual(1)
    expect(new Set(modules.map((row) => row.length))).toEqual(new Set([width]))
    expect(picture).toMatch(/^[█▀▄ \n]+$/)
    expect((second?.text ?? '').length).toBeLessThan(4_000)
  })
})
