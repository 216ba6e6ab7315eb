import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')
const readme = read('../README.md')
const example = join(import.meta.dirname, `channel/readme-example-${process.pid}.ts`)

// The example registers its own tests here.
writeFileSync(
  example,
  (/```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? '')
    .replace("import { harness } from './my-channel.ts'", '')
    .replace(/^/, "import { memoryHarness } from './memory-channel.ts'\n")
    .replace('harness)', "memoryHarness('none'))"),
)
try {
  await import(example)
} finally {
  rmSync(example)
}

it('names every export', () => {
  const index = read('../src/index.ts')
  const names = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace('type ', '').trim()),
  )
  expect(names.length).toBeGreaterThan(10)
  for (const name of names.filter((each) => each !== '')) expect(readme).toContain(`\`${name}`)
})
