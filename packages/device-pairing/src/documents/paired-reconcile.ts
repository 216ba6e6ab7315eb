import { describeActor, missingScopes } from '@openclaw/pairing-authority'
import type {
  DocumentDifference,
  DocumentRefusal,
  Json,
  Transaction,
} from '@openclaw/pairing-contracts'
import { isOutside, OUTSIDE } from '../actors.ts'
import { DEVICES, type DeviceRecord, type GrantRecord, ROLES } from '../collections.ts'
import { pinnedOf } from '../description.ts'
import { REMOVED, RESTS, type RemovedRecord } from '../ended-records.ts'
import { isResting } from '../expiry.ts'
import { optional } from '../fields.ts'
import { ended, highestGeneration, revoked } from '../grant.ts'
import { isLive } from '../judge.ts'
import { isoTime, printable } from '../text.ts'
import type { DeviceRole } from '../types.ts'
import { answerTo } from './answered.ts'
import type { DocumentParts } from './document-parts.ts'
import { checkPaired, type FileDevice, type FileGrant, readPaired } from './paired-json.ts'
import { entriesOf } from './shape.ts'

/** A file that another program changed. */
export interface Intake {
  readonly parts: DocumentParts
  readonly tx: Transaction
}

/** Takes over what another program did to the list of paired devices: devices that went, that came, that changed. */
export async function reconcilePaired(
  intake: Intake,
  { name, before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  checkPaired(name.fileName, after)
  const old = devicesIn(intake, before).devices
  const now = devicesIn(intake, after)
  const refusals = [...now.refusals]
  for (const deviceId of old.keys()) {
    if (!now.listed.has(deviceId)) await takeAway(intake, deviceId)
  }
  for (const [deviceId, device] of now.devices) {
    const known = old.get(deviceId)
    if (known && JSON.stringify(plain(known)) === JSON.stringify(plain(device))) continue
    refusals.push(...(await takeIn(intake, known, device)))
  }
  return refusals
}

function plain(device: FileDevice) {
  return { ...device, grants: [...device.grants] }
}

/** What a file lists. */
export interface Found {
  readonly devices: ReadonlyMap<string, FileDevice>
  /** Every key of the file, readable or not: what cannot be read did not go. */
  readonly listed: ReadonlySet<string>
  readonly refusals: readonly DocumentRefusal[]
}

/** The devices that a file lists, as far as they can be read. */
export function devicesIn({ parts, tx }: Intake, json: Json | undefined): Found {
  const devices = new Map<string, FileDevice>()
  const refusals: DocumentRefusal[] = []
  const listed = new Set<string>()
  for (const pair of entriesOf(json)) {
    listed.add(pair[0])
    const device = readPaired(parts, pair, tx.now)
    if (typeof device === 'string') refusals.push(parts.refusal(`device ${pair[0]}`, device))
    else devices.set(pair[0], device)
  }
  return { devices, listed, refusals }
}

/**
 * Removed by another program: it stays out, unless another program, or the owner, brings it back. Where the owner had
 * closed one of its roles, that is remembered as the owner's: the file cannot be the way round it.
 */
async function takeAway({ tx }: Intake, deviceId: string): Promise<void> {
  const record = await tx.get(DEVICES, deviceId)
  if (record === undefined) return
  const generation = highestGeneration(record, await tx.get(REMOVED, deviceId))
  tx.remove(DEVICES, deviceId)
  tx.put(REMOVED, deviceId, { at: tx.now, by: OUTSIDE, ...closedIn(record), generation })
}

/** Who closed a role of it, and when, where that was no other program. */
function closedIn({ grants }: DeviceRecord): Partial<Pick<RemovedRecord, 'at' | 'by'>> {
  for (const { revokedAt, revokedBy } of Object.values(grants)) {
    if (revokedAt !== undefined && revokedBy && !isOutside(revokedBy)) {
      return { at: revokedAt, by: revokedBy }
    }
  }
  return {}
}

async function takeIn(
  intake: Intake,
  before: FileDevice | undefined,
  device: FileDevice,
): Promise<readonly DocumentRefusal[]> {
  const { parts, tx } = intake
  const { deviceId } = device
  const record = await tx.get(DEVICES, deviceId)
  const why = record ? undefined : await whyStaysOut(tx, deviceId)
  if (why !== undefined) return [parts.refusal(`device ${deviceId}`, why)]
  const removed = await tx.get(REMOVED, deviceId)
  const generation = highestGeneration(record, removed) + 1
  const refusals = device.strange
    .filter((role) => !before?.strange.includes(role))
    .map((role) =>
      parts.refusal(`device ${deviceId}`, `${printable(role) ?? ''} is no role of a device`),
    )
  const grants: { [Role in DeviceRole]?: GrantRecord } = { ...record?.grants }
  for (const role of ROLES) {
    const change = { was: before?.grants.get(role), is: device.grants.get(role) }
    const grant = await grantAfter(intake, { device, role, generation, ...change }, grants[role])
    if (typeof grant === 'string')
      refusals.push(parts.refusal(`device ${deviceId} as ${role}`, grant))
    else if (grant !== undefined) grants[role] = grant
  }
  const after = deviceAfter(record, before, { ...device, grants })
  tx.put(DEVICES, deviceId, after)
  tx.remove(REMOVED, deviceId)
  return refusals
}

/** What keeps a device out that another program put in; `undefined`: nothing. */
async function whyStaysOut(tx: Transaction, deviceId: string): Promise<string | undefined> {
  const removed = await tx.get(REMOVED, deviceId)
  if (removed && !isOutside(removed.by)) {
    return `removed or revoked at ${isoTime(removed.at)} by ${describeActor(removed.by)}`
  }
  const rest = await tx.get(RESTS, deviceId)
  if (!isResting(rest, tx.now) || isOutside(rest.by)) return undefined
  return `rejected by ${describeActor(rest.by)}, and may ask again at ${isoTime(rest.until)}`
}

function deviceAfter(
  record: DeviceRecord | undefined,
  before: FileDevice | undefined,
  device: Omit<FileDevice, 'grants'> & Pick<DeviceRecord, 'grants'>,
): DeviceRecord {
  const { publicKey, description, createdAt, approvedAt, grants } = device
  if (record === undefined) {
    return {
      publicKey,
      description,
      createdAt,
      approvedAt,
      grants,
      ...optional('address', device.address),
    }
  }
  const isRenamed = before !== undefined && before.displayName !== device.displayName
  const { label, ...rest } = record
  const named = isRenamed ? printable(device.displayName) : label
  return { ...rest, grants, ...optional('label', named) }
}

/** What a file did to one role. */
interface RoleChange {
  readonly device: FileDevice
  readonly role: DeviceRole
  readonly was: FileGrant | undefined
  readonly is: FileGrant | undefined
  /** For a grant that is new. */
  readonly generation: number
}

function isOpen(grant: FileGrant | undefined): grant is FileGrant {
  return grant !== undefined && grant.revokedAt === undefined
}

/** The grant as it is after the change; `undefined`: none, a text: why it stays as it is. */
async function grantAfter(
  intake: Intake,
  change: RoleChange,
  grant: GrantRecord | undefined,
): Promise<GrantRecord | string | undefined> {
  const { was, is } = change
  if (!isOpen(is)) {
    if (is && grant === undefined) return given(intake, change, is)
    const gone = isLive(grant) && (isOpen(was) || is !== undefined)
    return gone ? revoked(grant, intake.tx, OUTSIDE) : grant
  }
  if (isLive(grant)) return was === undefined ? grant : changed(grant, was, is)
  if (isOpen(was)) return grant
  const by = grant?.revokedBy ?? OUTSIDE
  if (grant && !isOutside(by)) {
    return `revoked at ${isoTime(grant.revokedAt ?? 0)} by ${describeActor(by)}`
  }
  const again = { ...change, generation: grant ? grant.generation : change.generation }
  return given(intake, again, is)
}

/**
 * Given by another program. Commands are those of the request that it answers; without one, those of the next connect,
 * and none where it may have answered the request that this one took the place of.
 */
async function given(
  intake: Intake,
  { device, role, generation }: RoleChange,
  is: FileGrant,
): Promise<GrantRecord> {
  const whose = { deviceId: device.deviceId, role }
  const answer = is.revokedAt === undefined ? await answerTo(intake, whose, is) : 'none'
  return {
    scopes: is.scopes,
    commands: answer === 'none' ? [] : answer.commands,
    ...(role === 'node' && answer === 'none' ? { commandsOpen: true as const } : {}),
    approvedAt: device.approvedAt,
    by: OUTSIDE,
    ...pinnedOf(device.description),
    generation,
    ...optional('token', is.token),
    ...optional('lastUsedAt', is.lastUsedAt),
    ...optional('revokedAt', is.revokedAt),
    ...optional('revokedBy', is.revokedAt === undefined ? undefined : OUTSIDE),
  }
}

/** Scopes or the token of a grant that stands were changed. */
function changed(grant: GrantRecord, was: FileGrant, is: FileGrant): GrantRecord {
  let after = grant
  if (JSON.stringify(was.scopes) !== JSON.stringify(is.scopes)) {
    const isNarrower = missingScopes(is.scopes, grant.scopes).length > 0
    after = { ...(isNarrower ? ended(after, 'narrowed') : after), scopes: is.scopes }
  }
  const isOther = is.token !== undefined && is.token.hash !== was.token?.hash
  return isOther && is.token?.hash !== grant.token?.hash
    ? { ...ended(after, 'rotated'), ...optional('token', is.token) }
    : after
}
