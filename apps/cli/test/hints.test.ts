import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { homeHere } from './support/here.ts'

let home: Home
beforeAll(async () => {
  home = await homeHere()
})
afterAll(() => home.remove())

/** Command lines that cannot be understood, and the end of the line that the hint offers. */
const MISTAKES: readonly (readonly [line: string, meant: string])[] = [
  ['nonsense', '--help'],
  ['-x', '--help'],
  ['--profile', '--profile work pairing list'],
  ['--profile ../x doctor', '--profile work doctor'],
  ['--profile=work --dev doctor', '--profile=work doctor'],
  ['--profile work paring list', '--profile work pairing list'],
  ['approve telegram ABCD2345', 'pairing approve telegram ABCD2345'],
  ['pairing', 'pairing --help'],
  ['pairing lst', 'pairing list'],
  ['pairing --nope', 'pairing --help'],
  ['pairing list telegarm', 'pairing list telegram'],
  ['pairing list nochannel', 'pairing list --help'],
  ['pairing list telegram x', 'pairing list --help'],
  ['pairing list --account', 'pairing list --help'],
  ['pairing list --account work', 'pairing list telegram --account work'],
  ['pairing list telegram --account W!', 'pairing list --help'],
  ['pairing list --account a --account b', 'pairing list --help'],
  ['pairing list --profile work', '--profile work pairing list'],
  ['pairing list --jsn', 'pairing list --json'],
  ['pairing list -z', 'pairing list --help'],
  ['pairing allowed --blocked --revoked', 'pairing allowed --blocked'],
  ['pairing approve', 'pairing approve --help'],
  ['pairing approve telegram', 'pairing approve telegram <code>'],
  ['pairing approve telegram X --expires 5', 'pairing approve --help'],
  ['pairing approve telegram X --expires 2020-01-01', 'pairing approve --help'],
  ['pairing approve telegram X --expires 99999d', 'pairing approve --help'],
  ['pairing approve telegram X --yes=1', 'pairing approve telegram X --yes'],
  ['pairing reject', 'pairing reject --help'],
  ['pairing allow telegram', 'pairing allow --help'],
  ['pairing allow telegram 1 2', 'pairing allow --help'],
  ['pairing allow webchat ada', 'pairing list webchat'],
  ['pairing allow telegram 1 --expires never', 'pairing allow --help'],
  ['pairing revoke telegram', 'pairing revoke --help'],
  ['pairing why', 'pairing why --help'],
  ['devices', 'devices --help'],
  ['devices lst', 'devices list'],
  ['devices list now', 'devices list --help'],
  ['devices aprove device-0a1b2c3d4e5f', 'devices approve device-0a1b2c3d4e5f'],
  ['devices approve a b', 'devices approve --help'],
  ['devices approve a --scopes', 'devices approve --help'],
  ['devices approve a --lable x', 'devices approve a --label x'],
  ['devices reject', 'devices reject --help'],
  ['devices rename 268f9801d37e', 'devices rename --help'],
  ['devices revoke', 'devices revoke --device <id> --role node'],
  ['devices revoke 268f98 --role node', 'devices revoke --help'],
  ['devices revoke --device 268f98', 'devices revoke --device 268f98 --role node'],
  ['devices rotate --role operator', 'devices rotate --device <id> --role operator'],
  ['devices rotate --device a --role node b', 'devices rotate --help'],
  ['rotate --device a --role node', 'devices rotate --device a --role node'],
  ['nodes', 'nodes --help'],
  ['nodes aprove x', 'nodes approve x'],
  ['audit --limit 0', 'audit --limit 50'],
  ['audit --limit=x', 'audit --limit=50'],
  ['audit --since x', 'audit --help'],
  ['audit verfy', 'audit verify'],
  ['audit --no-color verfy', 'audit --no-color verify'],
  ['audit now', 'audit --help'],
  ['help audit verfy', 'help audit verify'],
  ['audit verify now', 'audit verify --help'],
  ['doctor now', 'doctor --help'],
  ['demo --fsat', 'demo --fast'],
  ['gateway rnu', 'gateway run'],
  ['gateway stop', 'gateway --help'],
  ['gateway --port abc', 'gateway --port 18790'],
  ['completion', 'completion --help'],
  ['completion basch', 'completion bash'],
  ['completion tcsh', 'completion --help'],
  ['help nothing', '--help'],
  ['help pairing aprove', 'help pairing approve'],
]

it.each(MISTAKES)('"%s" ends with exit 2 and a command that can be pasted', async (line, meant) => {
  const { exit, stdout, stderr } = await home.run([...line.split(' ')], {
    env: { OPENCLAW_STATE_DIR: '/nowhere/here' },
  })
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  const [, hint = ''] = /^error: .+\nhint: (.+)\n$/.exec(stderr) ?? []
  expect(hint).toMatch(/OPENCLAW_STATE_DIR=\/nowhere\/here openclaw /)
  expect(hint.endsWith(` ${meant}`), hint).toBe(true)
})

it('is in the JSON of an error as well', async () => {
  const { error } = (await home.json(['pairing', 'list', 'telegarm'])) as { error: object }
  expect(error).toMatchObject({
    code: 'ERR_CHANNEL_UNKNOWN',
    hint: expect.stringMatching(/ pairing list telegram --json$/),
  })
})

it('repeats no pasted page', async () => {
  const { stderr } = await home.run(['pairng', 'approve', 'x'.repeat(5_000)])
  expect(stderr.length).toBeLessThan(300)
})
