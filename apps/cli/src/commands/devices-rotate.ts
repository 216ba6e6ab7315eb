import type { Call, Command } from '../args/types.ts'
import { list } from '../args/values.ts'
import { askChange, findRole, noRole, readRole, roleOptions } from '../devices/change.ts'
import type { SeenRotated } from '../devices/door.ts'
import { withDevices } from '../devices/session.ts'
import { deviceWords, extentParts } from '../devices/words.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `devices rotate`. */
export const command: Command = {
  usage: ['devices rotate --device <id> --role <role> [--scope <scope> …] [--yes]'],
  about:
    'Ends the token of a role, and with it what is connected, and makes another; with --scope the role has only those scopes from then on. The new token is printed once, on a terminal or with --json. Mostly nobody needs it: the device is handed a fresh one when it connects with its key.',
  options: {
    ...roleOptions,
    scope: { type: 'list', value: '<scope>', summary: 'keep only these of its scopes' },
    ...remoteOptions,
  },
  words: { min: 0, max: 32 },
  examples: [
    { line: 'devices rotate --device 268f9801d37e --role node', what: 'another token' },
    {
      line: 'devices rotate --device 268f9801d37e --role operator --scope operator.read',
      what: 'and fewer rights',
    },
  ],
  run: rotate,
}

async function rotate(call: Call): Promise<ExitCode> {
  const typed = readRole(call, 'rotate')
  const scopes = readScopes(call)
  const { device, grant } = await withDevices(call, 'read', (session) =>
    findRole(session, typed, 'rotate'),
  )
  const { role } = grant
  const kept = scopes === undefined ? '' : ` It keeps ${extentParts({ scopes, commands: [] })[0]}.`
  await askChange(call, {
    device,
    consequence: `Its token as ${role} ends, and what is connected with it. It gets a fresh one by itself when it connects with its key.${kept}`,
    question: `Rotate the token of ${role}?`,
  })
  const { deviceId } = device
  const outcome = await withDevices(call, 'write', async ({ devices, actor }) =>
    granted(
      await devices.rotate(actor, { deviceId, role }, scopes === undefined ? {} : { scopes }),
    ),
  )
  if (outcome.outcome === 'not-known') throw noRole(device, role, 'rotate')
  print(call, outcome, role)
  return EXIT.done
}

/** OpenClaw 2026.2 takes several words behind one `--scope`. */
function readScopes(call: Call): readonly string[] | undefined {
  const scopes = list(call, 'scope')
  const [word] = call.words
  if (scopes !== undefined) return [...scopes, ...call.words]
  if (word === undefined) return undefined
  throw new UsageError(`“${word}” is too much`, { hint: 'openclaw devices rotate --help' })
}

function print(call: Call, { device, token, scopes, rotatedAt }: SeenRotated, role: string): void {
  const { deviceId } = device
  if (call.json) {
    const secret = token === undefined ? {} : { token: token.token }
    call.screen.json({ deviceId, role, ...secret, scopes, rotatedAtMs: rotatedAt })
    return
  }
  const { out } = call.screen
  out.line(`${out.style.green(`Rotated the token of ${deviceWords(device)} as ${role}`)}.`)
  out.line('The device gets a fresh one by itself when it connects with its key.')
  if (token === undefined) return
  if (out.isTerminal) printToken(call, token)
  else out.line('The new token is not printed here; --json prints it.')
}

/** Once: the store has its hash alone. */
function printToken({ screen: { out } }: Call, token: NonNullable<SeenRotated['token']>): void {
  out.line('For a client that has to be given it by hand, this once:')
  out.line(`  ${out.style.bold(safe(token.token))}`)
}
