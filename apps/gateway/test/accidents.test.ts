import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOfLibrary } from '../src/accidents.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'accidents-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** What is thrown when `packages` call each other, the first one the next; the last one throws `words`. */
async function thrownIn(packages: readonly string[], words = 'fell'): Promise<Error> {
  const [first = '', ...others] = packages
  const folder = join(root, first)
  await mkdir(folder, { recursive: true })
  const calls = `(next, words) => { if (next) next(null, words); else throw new Error(words) }`
  await writeFile(join(folder, 'index.mjs'), `export const call = ${calls}`)
  const { call } = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as {
    call: (next: ((none: null, words: string) => void) | null, words: string) => void
  }
  const inner = others.length > 0 ? await callOf(others, words) : null
  try {
    call(inner, words)
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

async function callOf(packages: readonly string[], words: string): Promise<() => void> {
  const [only = ''] = packages
  const folder = join(root, only)
  await mkdir(folder, { recursive: true })
  const text = `export const call = () => { throw new Error(${JSON.stringify(words)}) }`
  await writeFile(join(folder, 'throws.mjs'), text)
  const { call } = (await import(pathToFileURL(join(folder, 'throws.mjs')).href)) as {
    call: () => void
  }
  return call
}

const isForgiven = ({ stack = '', message }: Error): boolean => isOfLibrary(stack, message)

describe('what falls is gone on with', () => {
  it.each([
    [['app/node_modules/baileys']],
    [['app/node_modules/.pnpm/libsignal@2/node_modules/libsignal']],
    [['app/node_modules/baileys', 'app/node_modules/protobufjs']],
    [['state/libraries/node_modules/ws']],
  ])('where it is of %j', async (packages) => {
    expect(isForgiven(await thrownIn(packages))).toBe(true)
  })
})

describe('what falls ends the process', () => {
  it.each([
    [['app']],
    [['app/node_modules/ws']],
    [['app/node_modules/@openclaw/pairing']],
    [['app/node_modules/.pnpm/a@1/node_modules/@openclaw/pairing', 'app/node_modules/zod']],
  ])('where it is of %j', async (packages) => {
    expect(isForgiven(await thrownIn(packages))).toBe(false)
  })

  it('whatever places its words name', async () => {
    const words = 'no\n    at x (/app/node_modules/baileys/index.js:1:1)'
    expect(isForgiven(await thrownIn(['app'], words))).toBe(false)
  })
})
