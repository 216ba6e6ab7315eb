import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const text = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

/** Examples after the first one: a part of `examples/grammy`; what `readme.test.ts` of signal and `web-readme.test.ts` of whatsapp run. */
const FURTHER: Readonly<Record<string, number>> = { signal: 1, telegram: 1, whatsapp: 1 }

/** The blocks of a document that are fenced as TypeScript. */
const blocks = (path: string) =>
  [...text(path).matchAll(/^```ts\n([\s\S]+?)^```/gm)].map(([, block = '']) => block)

it('shows in the README nothing but examples that are run, as they are', () => {
  const examples = ['grammy', 'discord-bot'].map((name) => text(`examples/${name}/src/bot.ts`))
  expect(blocks('README.md')).toEqual(examples)
})

it('shows in the READMEs of channels one example each, beside those that are said to be run', () => {
  const folder = fileURLToPath(new URL('../../../packages/channels', import.meta.url))
  for (const channel of readdirSync(folder)) {
    const [first, ...others] = blocks(`packages/channels/${channel}/README.md`)
    expect(first, channel).toBeDefined()
    expect(others.length, channel).toBe(FURTHER[channel] ?? 0)
  }
  // Of the whole of which it is a part, which is run.
  const [, part = ''] = blocks('packages/channels/telegram/README.md')
  for (const line of part.trim().split('\n'))
    expect(text('examples/grammy/src/bot.ts').split('\n')).toContain(line)
})

it('names every published package in the README and in ARCHITECTURE', () => {
  const readme = text('README.md')
  const names = [...readme.matchAll(/^\| \[`(@openclaw\/[a-z-]+)`\]\(([^)]+)\/README\.md\)/gm)]
  expect(names.length).toBeGreaterThan(10)
  for (const [, name = '', folder = ''] of names) {
    expect(JSON.parse(text(`${folder}/package.json`)).name).toBe(name)
    expect(text('ARCHITECTURE.md')).toContain(
      `\`${folder.replace(/channels\/.*/, 'channels/*').replace(/apps\/.*/, 'apps/*')}\``,
    )
  }
})
