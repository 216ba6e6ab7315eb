import { safe } from '../output/safe.ts'
import { quoted } from '../people/who.ts'
import type { SeenDescription, SeenGrant, SeenLists, SeenRequest } from './door.ts'
import { gravestFirst } from './weight.ts'

/** Characters of a device id that are shown and typed; 48 bits tell devices apart. */
const SHORT = 12

/** The start of a device id, which names it in a command. */
export function shortId(deviceId: string): string {
  return safe(deviceId.slice(0, SHORT))
}

/** A word that a device chose: as it is where it can be nothing but a word, else in quotes. */
export function claim(text: string): string {
  const clean = safe(text)
  return /^[\w.:%+@*/-]{1,64}$/.test(clean) ? clean : quoted(clean)
}

/** What the owner calls a device, else in quotes what it calls itself; empty when neither is known. */
export function deviceName(
  { displayName = '' }: Pick<SeenDescription, 'displayName'>,
  label?: string,
): string {
  return label === undefined ? quoted(safe(displayName)) : safe(label)
}

/** A device in a sentence: its name, where it has one, and the start of its id. */
export function deviceWords({
  deviceId,
  description,
  label,
}: {
  readonly deviceId: string
  readonly description: SeenDescription
  readonly label?: string | undefined
}): string {
  return [deviceName(description, label), shortId(deviceId)].filter((part) => part !== '').join(' ')
}

/** A request, with the name that the owner gave to its device. */
export interface NamedRequest extends SeenRequest {
  readonly label?: string | undefined
  /** Commands that the gateway would not pass on, granted or not; where that is known. */
  readonly withheld?: readonly string[]
}

/** A request with the owner's name for its device, where that is paired. */
export function withLabel(
  request: SeenRequest,
  { devices }: Pick<SeenLists, 'devices'>,
): NamedRequest {
  return {
    ...request,
    label: devices.find(({ deviceId }) => deviceId === request.deviceId)?.label,
  }
}

/** What kind of machine and program a device says it is. */
export function kindWords(description: SeenDescription): string {
  const { platform, deviceFamily, modelIdentifier, version, clientId, clientMode } = description
  const machine = [platform, deviceFamily, modelIdentifier].flatMap((text) =>
    text === undefined || text === '' ? [] : [claim(text)],
  )
  const program = [clientId, version].flatMap((text) => (text === undefined ? [] : [claim(text)]))
  const mode = clientMode === undefined || clientMode === clientId ? [] : [`(${claim(clientMode)})`]
  const kinds = new Map(machine.map((text) => [text.toLowerCase(), text]))
  const says = [...kinds.values(), [...program, ...mode].join(' ')].filter((text) => text !== '')
  return says.length === 0 ? 'nothing told' : says.join(', ')
}

/** Characters that so many names may take, by name and in all: a list that a device makes up stays within four lines. */
const NAME_WIDTH = 20
const NAMES_WIDTH = 240

/** Names one after the other, at most `limit` of them; where not all fit, what weighs most comes first. */
export function names(list: readonly string[], limit: number = Number.POSITIVE_INFINITY): string {
  const all = list.map(claim)
  if (limit === Number.POSITIVE_INFINITY) return all.join(', ')
  const width = Math.min(limit * NAME_WIDTH, NAMES_WIDTH)
  if (list.length <= limit && widthOf(all) <= width) return all.join(', ')
  const shown = gravestFirst(list).map(claim).slice(0, limit)
  while (shown.length > 1 && widthOf(shown) > width) shown.pop()
  const more = list.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${String(more)} more` : shown.join(', ')
}

function widthOf(shown: readonly string[]): number {
  return shown.join(', ').length
}

/** Scopes and commands in words, a part for each kind that there is. */
export function extentParts({ scopes, commands = [] }: Extent, limit?: number): readonly string[] {
  return [some('scope', scopes, limit), some('command', commands, limit)].filter(
    (part) => part !== '',
  )
}

interface Extent {
  readonly scopes: readonly string[]
  /** `undefined` where they are not told. */
  readonly commands: readonly string[] | undefined
}

function some(what: string, list: readonly string[], limit: number | undefined): string {
  if (list.length === 0) return ''
  return `${what}${list.length === 1 ? '' : 's'} ${names(list, limit)}`
}

/** What a request asks for that the device has not yet, one part a line. */
export function askedWords({ difference }: SeenRequest, limit?: number): readonly string[] {
  const after = (kind: string): readonly string[] =>
    difference.filter((part) => part.startsWith(kind)).map((part) => part.slice(kind.length))
  const lines = [
    ...after('role ').map((role) => `role ${safe(role)}`),
    ...extentParts({ scopes: after('scope '), commands: after('command ') }, limit),
    ...['platform', 'device family'].flatMap((kind) =>
      after(`${kind} `).map((change) => `${kind} ${changeWords(change)}`),
    ),
  ]
  return lines.length === 0 ? ['nothing that it has not'] : lines
}

/** `ios instead of android`: both sides are claims. */
function changeWords(change: string): string {
  const at = change.lastIndexOf(INSTEAD)
  if (at === -1) return claim(change)
  return `${claim(change.slice(0, at))}${INSTEAD}${claim(change.slice(at + INSTEAD.length))}`
}

const INSTEAD = ' instead of '

/** What a device was granted in one role. */
export function grantWords(grant: SeenGrant, limit?: number): string {
  if (grant.revokedAt !== undefined) return `${grant.role}, revoked`
  const open = grant.commandsOpen ? ['the commands that it offers next'] : []
  const extent = [...extentParts(grant, limit), ...open]
  return extent.length === 0 ? grant.role : `${grant.role}: ${extent.join('; ')}`
}
