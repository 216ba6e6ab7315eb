import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const text = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

it('shows the whole grammY example in the README, as it is', () => {
  expect(text('README.md')).toContain(`\`\`\`ts\n${text('examples/grammy/src/bot.ts')}\`\`\``)
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
