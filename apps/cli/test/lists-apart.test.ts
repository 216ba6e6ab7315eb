import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { paired, waits } from './support/devices.ts'
import { homeHere } from './support/here.ts'
import { asks } from './support/people.ts'

const PAIRED = 'devices/paired.json'
const ASKING = 'credentials/telegram-pairing.json'

let home: Home
beforeEach(async () => {
  home = await homeHere()
  await asks(home, { id: '1', meta: { firstName: 'Ada' } })
  await waits(home, { key: '1' })
  await paired(home, { key: '2' })
  await home.run(['pairing', 'allow', 'telegram', '7', '--yes'])
})
afterEach(() => home.remove())

const pathOf = (name: string): string => join(home.stateDir, name)
const read = (name: string): string => readFileSync(pathOf(name), 'utf8')
const write = (name: string, text: string): Promise<void> =>
  writeFile(pathOf(name), text, { mode: 0o600 })
const journal = 'pairing-journal'
const segment = `${journal}/00000001.jsonl`

/** What may have become of a state directory; the files of lists have to do with it alone. */
const STATES: Readonly<Record<string, () => Promise<void>>> = {
  'as it was left': async () => undefined,
  'without a note of what was checked': () => rm(pathOf(`${journal}/verified.json`)),
  'without a journal': () => rm(pathOf(journal), { recursive: true }),
  'with a journal that is cut off': () => write(segment, read(segment).slice(0, -20)),
  'with a journal that is damaged': () =>
    write(segment, read(segment).replace('"seq":1', '"seq":2')),
  'with files that another program changed': async () => {
    await write(PAIRED, read(PAIRED).replaceAll('"platform"', '"deviceFamily"'))
    await write(ASKING, read(ASKING).replace('Ada', 'Eve'))
  },
  'with a device that another program removed': () => write(PAIRED, '{}'),
  'with files that are damaged': async () => {
    await write(PAIRED, '{')
    await write(ASKING, '{')
  },
  'with a file that is gone': () => rm(pathOf(PAIRED)),
  'with a copy that was not finished': () =>
    write(`${journal}/documents/${PAIRED}.next`, read(`${journal}/documents/${PAIRED}.base`)),
  'with a configuration in JSON5': () =>
    write('openclaw.json', "{ gateway: { trustedProxies: ['x'] }, // a comment\n}"),
}

describe.each(Object.entries(STATES))('a list of a directory %s', (_, happen) => {
  it('is made with what is in its file', async () => {
    await happen()
    for (const group of ['pairing', 'devices']) {
      for (const how of [['--json'], []]) {
        const ran = await home.run([group, 'list', ...how])
        expect(ran.stdout).not.toContain('ERR_CLI_UNEXPECTED')
        expect(ran.stderr).not.toContain('cli.cjs')
        const { error } = how.length === 1 ? JSON.parse(ran.stdout) : { error: undefined }
        expect(ran.exit).toBe(error === undefined && !/^error:/m.test(ran.stderr) ? 0 : 1)
      }
    }
  })
})
