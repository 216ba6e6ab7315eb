import type { DeviceLists, ShownRequest } from '@openclaw/device-pairing'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { givesOf } from './gives.ts'
import { MAX_LISTED } from './limits.ts'
import { quoted, word } from './quoted.ts'
import { span } from './texts.ts'

/** What a card needs of a request. */
export type CardRequest = Omit<ShownRequest, 'digest'>

/**
 * A device that waits, as an owner is shown it: a few lines, everything that it asks for, how long it waits and what an
 * approval gives, with its own words in quotation marks. To be set as a preformatted part, where no platform makes links of it.
 */
export function deviceCard(request: CardRequest, now: EpochMs): string {
  const { description, address, fingerprint, role, requestId } = request
  const { displayName, platform, deviceFamily, modelIdentifier, version, clientId } = description
  const lines: readonly (readonly [label: string, text: string | undefined])[] = [
    ['Name', quoted(displayName) ?? 'says none'],
    ['Kind', together(platform, deviceFamily, modelIdentifier)],
    ['App', together(clientId, version)],
    ['From', `${address === undefined ? 'unknown' : word(address)}, ${ASKED_BY[request.askedBy]}`],
    ['Words', fingerprint.join(' ')],
    ['Role', role],
    ['Scopes', listed(request.scopes) ?? 'none'],
    ['Commands', listed(request.commands) ?? (role === 'node' ? 'none' : undefined)],
    ['Ends', `in ${span(request.expiresAt - now)} unless it asks again`],
    ['Gives', givesOf(request)],
    ['Has now', hasNow(request)],
    ['New', request.granted.length > 0 ? differenceOf(request.difference) : undefined],
    ['Request', word(requestId)],
  ]
  return lines
    .flatMap(([label, text]) => (text === undefined ? [] : `${label}: ${text}`))
    .join('\n')
}

/** True when the card of a request leaves nothing out that it asks for, so that its reader knows what they approve. */
export function isShownWhole({
  scopes,
  commands,
}: Pick<CardRequest, 'scopes' | 'commands'>): boolean {
  return [scopes, commands].every((names) => names.map(word).join(', ').length <= MAX_LISTED)
}

/** A device in a few words: its name, else its kind, else the start of its key. */
export function deviceName(request: Pick<CardRequest, 'description' | 'deviceId'>): string {
  const { displayName, platform } = request.description
  const name = quoted(displayName) ?? quoted(platform)
  return name ?? `the device ${request.deviceId.slice(0, 12)}`
}

/** What a device that waits or is paired is called: by the owner, else by itself; `undefined` where it is neither. */
export function nameIn(
  { waiting, devices }: Pick<DeviceLists, 'waiting' | 'devices'>,
  deviceId: string | undefined,
): string | undefined {
  const paired = devices.find((device) => device.deviceId === deviceId)
  const found = paired ?? waiting.find((request) => request.deviceId === deviceId)
  return quoted(paired?.label) ?? (found && deviceName(found))
}

const ASKED_BY: Readonly<Record<CardRequest['askedBy'], string>> = {
  'setup-code': 'with a setup code',
  'shared-secret': 'with the secret of this gateway',
  'paired-key': 'as a device that is paired already',
}

function together(...claims: readonly (string | undefined)[]): string | undefined {
  const texts = claims.flatMap((claim) => quoted(claim) ?? [])
  return texts.length === 0 ? undefined : texts.join(' ')
}

/** The names as far as there is room, and how many are left out. */
export function listed(names: readonly string[]): string | undefined {
  return cutList(names.map(word))
}

function cutList(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined
  const whole = words.join(', ')
  if (whole.length <= MAX_LISTED) return whole
  const room = whole.slice(0, MAX_LISTED).split(', ').length - 1
  return `${words.slice(0, room).join(', ')} and ${String(words.length - room)} more`
}

/** `scope operator.write` as it is; what else is said of a device holds its own words. */
function differenceOf(difference: readonly string[]): string | undefined {
  const parts = difference.map((part) => {
    const [, kind, name] = /^(role|scope|command) (.*)$/s.exec(part) ?? []
    return kind === undefined ? (quoted(part) ?? '') : `${kind} ${word(name ?? '')}`
  })
  return cutList(parts)
}

function hasNow({ granted }: CardRequest): string | undefined {
  if (granted.length === 0) return undefined
  return granted
    .map(({ role, scopes, commands, revokedAt }) => {
      const names = [...scopes, ...commands]
      const what = names.length === 0 ? role : `${role} with ${listed(names) ?? ''}`
      return revokedAt === undefined ? what : `${what}, which was revoked`
    })
    .join('; ')
}
