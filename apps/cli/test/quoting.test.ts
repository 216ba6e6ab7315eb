import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccountId, ChannelName, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Call } from '../src/args/types.ts'
import { readRole } from '../src/devices/change.ts'
import { CliError } from '../src/errors.ts'
import { programWith, withProgram } from '../src/hints.ts'
import { safe } from '../src/output/safe.ts'
import { notPending } from '../src/people/find.ts'
import { named } from '../src/people/who.ts'
import type { World } from '../src/world.ts'
import { emptyHome } from './support/cli.ts'

const program = (folder: string): string => {
  const world = { env: { OPENCLAW_STATE_DIR: folder }, program: 'openclaw', isPosix: true }
  return programWith(world as unknown as World, undefined)
}

/** What a POSIX shell makes of a hint: the directory, then the words of the command. */
function shell(hint: string): readonly string[] {
  const script = `openclaw() { printf '%s\\0' "$OPENCLAW_STATE_DIR" "$@"; }; ${hint}`
  const env = { PATH: process.env['PATH'] }
  return execFileSync('sh', ['-c', script], { env }).toString().split('\0').slice(0, -1)
}

/** The command in a hint that says more. */
const commandIn = (hint = ''): string => hint.slice(hint.indexOf('openclaw '))

describe('a hint with a state directory', () => {
  it('means that directory where it is pasted, however odd', () => {
    const odd = fc.string({
      unit: fc.constantFrom(...`ab /'"\\$(){};&|<>*?~#!\`-=%:@ä日`),
      maxLength: 12,
    })
    fc.assert(
      fc.property(odd, (tail) => {
        const hint = safe(withProgram('openclaw pairing list', program(`/tmp/${tail}`)))
        expect(shell(hint)).toEqual([`/tmp/${tail}`.trim(), 'pairing', 'list'])
        expect(withProgram(hint, program(`/tmp/${tail}`))).toBe(hint)
      }),
      { numRuns: 60 },
    )
  })

  it.each(['/tmp/a\u2800b', '/tmp/e\u0301\u0301\u0301\u0301', '/tmp/a\u202eb', '/tmp/a\nb'])(
    'names none that a line would show as another: %j',
    (folder) => expect(program(folder)).toBe('openclaw'),
  )
})

describe('a hint about a sender', () => {
  const settled = (outcome: 'blocked' | 'expired') =>
    notPending(
      {
        outcome: 'settled',
        settled: {
          channel: 'imessage' as ChannelName,
          account: 'default' as AccountId,
          senderId: '`false`&x@example.com' as SenderId,
          requestId: 'req-1',
          outcome,
          at: 0 as EpochMs,
          by: 'root',
        },
      },
      { channel: undefined, account: undefined, typed: 'ABCD2345', verb: 'approve' },
    )

  it.each([
    ['blocked', 'unblock'],
    ['expired', 'allow'],
  ] as const)('takes their id as one word after a request that is %s', (outcome, verb) => {
    const words = shell(commandIn(settled(outcome).hint))
    expect(words).toEqual(['', 'pairing', verb, 'imessage', '`false`&x@example.com'])
  })

  it('takes what was pasted as one word', () => {
    const typed = 'code: ABCD2345\n$(false) `false`; false'
    const elsewhere = [{ channel: 'signal' as ChannelName, account: 'default' as AccountId }]
    const wanted = {
      channel: 'imessage' as ChannelName,
      account: undefined,
      typed,
      verb: 'approve',
    }
    const words = shell(commandIn(notPending({ outcome: 'unknown', elsewhere }, wanted).hint))
    expect(words).toEqual(['', 'pairing', 'approve', 'signal', typed.replace('\n', ' ')])
  })
})

describe('a hint about a device or node', () => {
  const odd = "-x $(false) `false`; 'it'"

  it('takes an id that another program made as one word', async () => {
    const home = await emptyHome()
    const folder = join(home.stateDir, 'nodes')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const entry = { requestId: odd, nodeId: odd, ts: Date.now() }
    await writeFile(join(folder, 'pending.json'), JSON.stringify({ [odd]: entry }), { mode: 0o600 })
    const { stdout } = await home.run(['nodes', 'pending'])
    const words = shell(commandIn(stdout.slice(stdout.indexOf('To approve'))))
    expect(words).toEqual(['', 'nodes', 'approve', '--', odd])
    expect((await home.run(words.slice(1))).exit).toBe(0)
    await home.remove()
  })

  it('takes a name and a role as they were typed', async () => {
    const typed = { device: odd, role: undefined }
    const call = { values: typed } as unknown as Call
    expect(() => readRole(call, 'revoke')).toThrow(
      expect.objectContaining({ code: 'ERR_CLI_USAGE', hint: expect.any(String) }),
    )
    const { hint } = captured(() => readRole(call, 'revoke'))
    const words = shell(commandIn(hint.slice(hint.indexOf('then: '))))
    expect(words).toEqual(['', 'devices', 'revoke', `--device=${odd}`, '--role', 'node'])
  })
})

function captured(work: () => unknown): { readonly hint: string } {
  try {
    work()
  } catch (error) {
    if (error instanceof CliError && error.hint !== undefined) return { hint: error.hint }
  }
  throw new Error('it had no hint')
}

describe('a name in quotes', () => {
  it.each([...'"”“″〞＂‟»❞״ʺˮ‶‴🙷˝〃'])('is not ended by %s', (mark) => {
    const shown = named({ firstName: `Anna${mark} @boss (owner) ${mark}` })
    expect(shown).toBe("“Anna' @boss (owner) '”")
  })
})
