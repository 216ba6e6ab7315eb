import type { Call, OptionSpec } from '../args/types.ts'
import { text } from '../args/values.ts'
import { NotFoundError, RefusedError, UsageError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { absolute, relative } from '../output/time.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { type Fact, printFacts } from '../people/facts.ts'
import { shellWord } from '../program.ts'
import type { SeenDevice, SeenGrant } from './door.ts'
import { seenAt } from './seen.ts'
import type { DeviceSession } from './session.ts'
import { findDevice } from './which.ts'
import { claim, deviceName, deviceWords, grantWords, kindWords, shortId } from './words.ts'

/** The options of `rotate` and `revoke`. */
export const roleOptions: Readonly<Record<'device' | 'role' | 'yes', OptionSpec>> = {
  device: {
    type: 'string',
    value: '<id>',
    summary: 'its id, the start of it, or your name for it',
  },
  role: { type: 'string', value: '<role>', summary: 'node or operator' },
  yes: { type: 'boolean', summary: 'do not ask' },
}

/** A device and one of its roles, as a command line named them. */
export interface NamedRole {
  readonly device: SeenDevice
  readonly grant: SeenGrant
}

/** What is named by `--device` and `--role`, before the state is looked at. */
export interface TypedRole {
  readonly device: string
  readonly role: string
}

/**
 * Reads `--device` and `--role`.
 *
 * @throws {@link UsageError} where one of them is missing
 */
export function readRole(call: Call, verb: 'rotate' | 'revoke'): TypedRole {
  const device = text(call, 'device')
  const role = text(call, 'role')
  if (device !== undefined && role !== undefined) return { device, role }
  const missing = device === undefined ? 'which device? Give --device' : 'which role? Give --role'
  const named = device === undefined ? '--device <id>' : optionWord('device', device)
  throw new UsageError(missing, {
    hint: `openclaw devices list shows them; then: openclaw devices ${verb} ${named} ${optionWord('role', role ?? 'node')}`,
  })
}

function optionWord(name: string, value: string): string {
  return value.startsWith('-') ? `--${name}=${shellWord(value)}` : `--${name} ${shellWord(value)}`
}

/**
 * The device and role that were named.
 *
 * @throws {@link NotFoundError} with the candidates, or with the roles that the device has
 */
export async function findRole(
  session: DeviceSession,
  typed: TypedRole,
  verb: 'rotate' | 'revoke',
): Promise<NamedRole> {
  const device = await findDevice(session, typed.device)
  const grant = device.grants.find(({ role }) => role === typed.role)
  if (grant === undefined) throw noRole(device, typed.role, verb)
  if (verb === 'revoke' || grant.revokedAt === undefined) return { device, grant }
  throw new NotFoundError(
    `${grant.role} of ${deviceWords(device)} was revoked at ${absolute(grant.revokedAt)}: it has no token until it asks and you approve it`,
    { hint: 'openclaw devices list', detail: { reason: 'revoked' } },
  )
}

/** The error for a role that a device has not. */
export function noRole(device: SeenDevice, role: string, verb: 'rotate' | 'revoke'): NotFoundError {
  const roles = device.grants.map((grant) => grant.role)
  const [first] = roles
  const has = first === undefined ? 'it has none' : `it has ${roles.join(' and ')}`
  return new NotFoundError(`${deviceWords(device)} has no role ${claim(role)}; ${has}`, {
    hint:
      first === undefined
        ? 'openclaw devices list'
        : `openclaw devices ${verb} --device ${shortId(device.deviceId)} --role ${first}`,
    detail: { reason: 'unknown', roles },
  })
}

/** What a person is asked before something changes. */
export interface ChangeQuestion {
  readonly device: SeenDevice
  /** What comes of it. */
  readonly consequence: string
  readonly question: string
}

/** Shows the device and what comes of it, and asks where somebody can be asked; throws where the answer is no. */
export async function askChange(
  call: Call,
  { device, consequence, question }: ChangeQuestion,
): Promise<void> {
  const page = questionPage(call)
  if (page === undefined || !canAsk(call)) return
  printFacts(page, deviceFacts(device, call.world.now()))
  page.line()
  page.prose(consequence)
  page.line()
  if (await confirm(call, question)) return
  throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not done. Nothing changed.')
}

/** Who a paired device is, and what it may. */
function deviceFacts(device: SeenDevice, now: number): readonly Fact[] {
  const { deviceId, description, label, address, grants, approvedAt } = device
  const at = seenAt(device, grants)
  const seen = at === undefined ? 'not yet' : relative(at, now)
  return [
    ['Name', deviceName(description, label) || 'none given'],
    ['What', kindWords(description)],
    ['Device', safe(deviceId)],
    ['Key words', device.fingerprint.join(' ')],
    ...grants.map((grant, index): Fact => [index === 0 ? 'May' : '', grantWords(grant)]),
    ['Approved', absolute(approvedAt)],
    ['Seen', `${seen}${address === undefined ? '' : `, from ${claim(address)}`}`],
  ]
}

/** The error for a device that went while it was looked at. */
export function gone(device: Pick<SeenDevice, 'deviceId'>): NotFoundError {
  return new NotFoundError(`the device ${shortId(device.deviceId)} is not known here`, {
    hint: 'openclaw devices list',
    detail: { reason: 'unknown' },
  })
}
