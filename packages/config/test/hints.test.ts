import { describe, expect, it } from 'vitest'
import { hintCommand, programForStrangers } from '../src/index.ts'
import { folderWith, loadFrom } from './support.ts'

describe('a hint', () => {
  it('has program, profile and account filled in', () => {
    const command = 'pairing approve telegram ABCD2345'
    expect(hintCommand({ profile: undefined }, command)).toBe(`openclaw ${command}`)
    expect(
      hintCommand({ profile: 'work', program: 'npx openclaw', account: 'bot2' }, command),
    ).toBe(`npx openclaw --profile work ${command} --account bot2`)
    expect(hintCommand({ profile: undefined, account: 'default' }, command)).toBe(
      `openclaw ${command}`,
    )
  })

  it('takes the paths of a configuration', async () => {
    const folder = await folderWith({})
    const { paths } = await loadFrom(folder, {
      env: { OPENCLAW_STATE_DIR: '' },
      args: { dev: true },
    })
    expect(hintCommand(paths, 'pairing list')).toBe('openclaw --profile dev pairing list')
  })
})

describe('the program that strangers read of', () => {
  it.each([
    ['openclaw', 'openclaw'],
    ['npx openclaw', 'npx openclaw'],
    ['node /home/alice/openclaw/main.cjs', 'openclaw'],
    [String.raw`node C:\Users\alice\main.cjs`, 'openclaw'],
    [undefined, 'openclaw'],
  ])('is for %s: %s', (program, shown) => {
    expect(programForStrangers(program)).toBe(shown)
  })
})
