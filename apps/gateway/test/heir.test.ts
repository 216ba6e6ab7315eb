import { chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { place, start } from './support.ts'
import { visitor } from './visitor.ts'

const USER = 12_345

const below = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? [path, ...below(path)] : [path]
  })

describe.skipIf(process.getuid?.() !== 0)('a gateway that root starts for somebody', () => {
  it('leaves nothing that the owner of the directory cannot use', async () => {
    const here = place({})
    for (const path of [here.home, here.stateDir, here.configPath]) chownSync(path, USER, USER)
    const gateway = await start(here)
    const eve = visitor(gateway.url)
    await eve.session()
    await eve.say('hello')
    const foreign = () => below(here.stateDir).filter((path) => lstatSync(path).uid !== USER)
    expect(below(here.stateDir).length).toBeGreaterThan(5)
    expect(foreign()).toEqual([])
    await gateway.stop()
    expect(foreign()).toEqual([])
  })

  it('makes the directory itself for whoever has the one above', async () => {
    const here = place()
    chownSync(here.home, USER, USER)
    const gateway = await start(here)
    await gateway.stop()
    expect(lstatSync(here.stateDir).uid).toBe(USER)
    expect(below(here.stateDir).filter((path) => lstatSync(path).uid !== USER)).toEqual([])
  })

  it('leaves it to root where the directory is root’s', async () => {
    const here = place()
    mkdirSync(here.stateDir, { mode: 0o700 })
    const gateway = await start(here)
    await gateway.stop()
    expect(below(here.stateDir).filter((path) => lstatSync(path).uid !== 0)).toEqual([])
  })
})
