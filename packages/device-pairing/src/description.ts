import { type Fields, maybeTextIn, optional, present, textIn } from './fields.ts'
import { MAX_NAME } from './limits.ts'
import { printable } from './text.ts'
import type { DeviceDescription } from './types.ts'

/** The texts of a description that may be absent. */
const CLAIMS = ['displayName', 'platform', 'deviceFamily', 'modelIdentifier', 'version'] as const

/** What a device says of itself, fit to be kept and shown. */
export function shownDescription(description: DeviceDescription): DeviceDescription {
  return {
    ...Object.assign({}, ...CLAIMS.map((name) => optional(name, printable(description[name])))),
    clientId: (printable(description.clientId) ?? '').slice(0, MAX_NAME),
    clientMode: (printable(description.clientMode) ?? '').slice(0, MAX_NAME),
  }
}

/** Reads a description as a record keeps it. */
export function decodeDescription(fields: Fields): DeviceDescription {
  return present({
    displayName: maybeTextIn(fields, 'displayName'),
    platform: maybeTextIn(fields, 'platform'),
    deviceFamily: maybeTextIn(fields, 'deviceFamily'),
    modelIdentifier: maybeTextIn(fields, 'modelIdentifier'),
    version: maybeTextIn(fields, 'version'),
    clientId: textIn(fields, 'clientId'),
    clientMode: textIn(fields, 'clientMode'),
  })
}

/** What of a description the owner's approval is bound to. A version may follow a platform (`iOS 18.4`): it is not part of it. */
export interface Pinned {
  readonly platform?: string
  readonly deviceFamily?: string
}

/** The kind of machine that a description claims. */
export function pinnedOf({ platform, deviceFamily }: Pinned): Pinned {
  return present({
    platform: kindOf(platform),
    deviceFamily: kindOf(deviceFamily),
  })
}

function kindOf(text: string | undefined): string | undefined {
  const plain = (text ?? '').trim().toLowerCase().slice(0, MAX_NAME)
  const letters = /^[a-z]+/.exec(plain)?.[0] ?? plain
  return letters === '' ? undefined : letters
}

/** True when a description still is of the kind that was pinned. What was not claimed then is not compared. */
export function isSameKind(pinned: Pinned, description: Pinned): boolean {
  const now = pinnedOf(description)
  return (
    (pinned.platform === undefined || pinned.platform === now.platform) &&
    (pinned.deviceFamily === undefined || pinned.deviceFamily === now.deviceFamily)
  )
}

/** True when two descriptions claim the same kind; claiming none is a claim as well. */
export function isOneKind(a: Pinned, b: Pinned): boolean {
  return JSON.stringify(pinnedOf(a)) === JSON.stringify(pinnedOf(b))
}
