import type { Call, Command } from '../args/types.ts'
import { askChange, findRole, noRole, readRole, roleOptions } from '../devices/change.ts'
import { withDevices } from '../devices/session.ts'
import { deviceWords } from '../devices/words.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `devices revoke`. */
export const command: Command = {
  usage: ['devices revoke --device <id> --role <role> [--yes]'],
  about:
    'Closes a role for a device, at once, also for what is connected: whatever it presents, it stays closed until you approve the device for that role again. Other roles of the device stay.',
  options: { ...roleOptions, ...remoteOptions },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'devices revoke --device 268f9801d37e --role node', what: 'by the start of its id' },
    { line: 'devices revoke --device Kitchen --role node --yes', what: 'by your name for it' },
  ],
  run: revoke,
}

async function revoke(call: Call): Promise<ExitCode> {
  const typed = readRole(call, 'revoke')
  const { device, grant } = await withDevices(call, 'read', (session) =>
    findRole(session, typed, 'revoke'),
  )
  const { role } = grant
  if (grant.revokedAt === undefined) {
    await askChange(call, {
      device,
      consequence: `As ${role} it gets in no more, and what is connected ends at once, until you approve it again.`,
      question: `Revoke ${role}?`,
    })
  }
  const { deviceId } = device
  const outcome = await withDevices(call, 'write', async ({ devices, actor }) =>
    granted(await devices.revoke(actor, { deviceId, role })),
  )
  const after = outcome.outcome === 'done' ? outcome.device : undefined
  const revokedAt = after?.grants.find((one) => one.role === role)?.revokedAt
  if (outcome.outcome !== 'done' || revokedAt === undefined) throw noRole(device, role, 'revoke')
  const { changed } = outcome
  if (call.json) {
    call.screen.json({ deviceId, role, revokedAtMs: revokedAt, changed })
    return EXIT.done
  }
  const { out } = call.screen
  if (!changed) out.line(`Nothing to do: ${role} of ${deviceWords(device)} was revoked already.`)
  else {
    out.line(`${out.style.yellow(`Revoked ${role} of ${deviceWords(device)}`)}.`)
    out.line('It may ask again for that role; nothing comes back before you approve it.')
  }
  return EXIT.done
}
