import { spawnSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { asksAsNode, deviceIdOf, paired, waits } from './support/devices.ts'
import { homeHere } from './support/here.ts'
import { asks } from './support/people.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout, stderr, exit } = await home.run(['__complete', '--', ...words])
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
  return stdout.split('\n').filter((line) => line !== '')
}
const values = async (...words: string[]): Promise<string[]> =>
  (await complete(...words)).map((line) => line.split('\t')[0] ?? '')

describe('completion', () => {
  it('knows commands, options, channels and shells', async () => {
    expect(await values('')).toEqual([
      'pairing',
      'owner',
      'devices',
      'nodes',
      'channels',
      'qr',
      'node',
      'audit',
      'store',
      'doctor',
      'gateway',
      'demo',
      'completion',
      'help',
    ])
    expect(await values('pairing', 'a')).toEqual(['approve', 'allowed', 'allow'])
    expect(await values('pairing', 'list', 'te')).toEqual(['telegram'])
    expect(await values('pairing', 'approve', 'telegram', 'X', '--e')).toEqual(['--expires'])
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await values('--p')).toEqual(['--profile'])
    expect(await values('nonsense', '')).toEqual([])
    expect(await values('audit', 'v')).toEqual(['verify'])
    expect(await values('channels', '')).toEqual(['status', 'login', 'logout'])
    expect(await values('channels', 'status', 'sl')).toEqual(['slack'])
    expect(await values('store', '')).toEqual(['migrate', 'export', 'import', 'reopen'])
    expect(await values('node', '')).toEqual(['join'])
    expect(await values('node', 'join', '--')).toContain('--name')
  })

  it('knows the setup codes that can be ended', async () => {
    const make = async () =>
      String((await home.json(['qr', '--url', 'ws://127.0.0.1:18789']))['setupId'])
    const [live, ended] = [await make(), await make()]
    await home.run(['qr', '--withdraw', ended])
    expect(await complete('qr', '--withdraw', '')).toEqual([
      `${live}\twaits for a device, made just now`,
    ])
  })

  it('knows who waits and who may write, with names made safe', async () => {
    const { code } = await asks(home, { id: '1', meta: { firstName: 'Ada\u001b[31m\tx' } })
    expect(await complete('pairing', 'approve', 'telegram', '')).toEqual([`${code}\t“Ada x” 1`])
    await home.run(['pairing', 'allow', 'telegram', '2'])
    await home.run(['pairing', 'block', 'telegram', '3'])
    expect(await values('pairing', 'revoke', 'telegram', '')).toEqual(['2'])
    expect(await values('pairing', 'unblock', 'telegram', '')).toEqual(['3'])
    expect(await values('pairing', 'list', 'telegram', '--account', '')).toEqual(['default'])
    expect(await values('owner', '')).toEqual(['list', 'add', 'remove', 'notices'])
    await home.run(['owner', 'add', 'telegram', '9'])
    expect(await values('owner', 'add', 'telegram', '')).toEqual(['9', '2'])
    expect(await values('owner', 'remove', 'telegram', '')).toEqual(['9'])
    expect(await values('owner', 'remove', 'signal', '')).toEqual([])
    expect(await values('--profile', 'work', 'pairing', 'revoke', 'telegram', '')).toEqual([])
  })

  it('knows which devices wait and which are paired, with names made safe', async () => {
    const id = await paired(home, { key: 'phone', description: { displayName: 'a\tb' } })
    const requestId = await waits(home, { key: 'tablet' })
    const short = (device: string): string => device.slice(0, 12)
    const tablet = `“tablet” ${short(deviceIdOf('tablet'))} as node`
    expect(await complete('devices', 'approve', '')).toEqual([`${requestId}\t${tablet}`])
    expect(await values('devices', 'r')).toEqual(['reject', 'remove', 'rename', 'rotate', 'revoke'])
    const known = [`${short(id)}\t“a b”`]
    expect(await complete('devices', 'remove', '')).toEqual(known)
    expect(await complete('devices', 'revoke', '--device', '')).toEqual(known)
    expect(await values('devices', 'revoke', '--role', '')).toEqual(['node', 'operator'])
    expect(await values('devices', 'rotate', '--sc')).toEqual(['--scope'])
    const node = await asksAsNode(home, 'legacy-1')
    expect(await complete('nodes', 'approve', '')).toEqual([`${node}\tlegacy-1`])
  })

  it('works in bash', async () => {
    const { code } = await asks(home, { id: '1' })
    const bin = join(home.folder, 'bin')
    await mkdir(bin)
    await symlink(home.main, join(bin, 'openclaw'))
    await writeFile(
      join(home.folder, 'completion.bash'),
      (await home.run(['completion', 'bash'])).stdout,
    )
    const ask = (line: string): string => {
      const words = line.split(' ')
      const script = [
        `source '${home.folder}/completion.bash'`,
        `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length - 1)}`,
        `_openclaw; printf '%s\\n' "$\{COMPREPLY[@]}"`,
      ]
      const env = { ...home.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
      return spawnSync('bash', ['-c', script.join('\n')], { env, encoding: 'utf8' }).stdout.trim()
    }
    expect(ask('openclaw pairing ap')).toBe('approve')
    expect(ask('openclaw pairing approve telegram ')).toBe(code)
  })

  it('tells whoever calls it through npx how to have a command that it completes', async () => {
    const env = { npm_command: 'exec' }
    const { stdout, stderr, exit } = await home.run(['completion', 'bash'], { env })
    expect(exit).toBe(0)
    expect(stdout).toBe((await home.run(['completion', 'bash'])).stdout)
    expect(stderr).toMatch(/^note: .+: npx openclaw completion --help\n$/)
    expect((await home.run(['completion', 'bash'])).stderr).toBe('')
    const help = (await home.run(['completion', '--help'])).stdout.replace(/\s+/g, ' ')
    const link = 'ln -s "$PWD/apps/cli/dist/main.cjs" ~/.local/bin/openclaw'
    expect(help).toContain(link)
    expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(link)
  })

  it('has a script for each shell that parses', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout, exit } = await home.run(['completion', shell])
      expect(exit).toBe(0)
      expect(stdout).toContain('__complete')
      const parsed = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' })
      // Where the shell is not installed there is nothing to ask.
      if (parsed.error === undefined) expect(parsed.stderr).toBe('')
    }
  })
})
