import type { AuthorityCode, Refusal } from './types.ts'

const TEXTS: Readonly<Record<AuthorityCode, readonly [why: string, fix: string]>> = {
  ERR_AUTHORITY_NOT_OWNER: [
    'only an owner of this assistant may do this',
    'Ask the owner, or do it at the terminal of the machine that runs the assistant: openclaw pairing list',
  ],
  ERR_AUTHORITY_SCOPE_MISSING: [
    'this device was not given the scope for it',
    'Approve the device again with the scope that is named, or decide at the terminal: openclaw pairing list',
  ],
  ERR_AUTHORITY_SELF: [
    'an owner cannot decide about themselves in a chat',
    'Name somebody else, or do it at the terminal of the machine that runs the assistant.',
  ],
  ERR_AUTHORITY_NOT_SELF: [
    'only the one who wants to be let in can ask for it',
    'Let them write to the assistant themselves, or let them in by id: openclaw pairing allow',
  ],
  ERR_AUTHORITY_NOT_SHOWN: [
    'an approval must name exactly the request that was shown',
    'Look at the request first, then approve what you saw.',
  ],
  ERR_AUTHORITY_LOCAL_ONLY: [
    'only whoever holds the state directory may do this',
    'Run it at the terminal of the machine that runs the assistant: openclaw audit, openclaw doctor',
  ],
  ERR_DEVICE_GRANT_TOO_WIDE: [
    'nobody gives or takes from a device more than they have themselves, or gives more than it asked for',
    'Leave out what is named, or decide at the terminal of the machine that runs the assistant: openclaw devices list',
  ],
}

/** What to do instead where it is not people who are decided about. */
const DEVICE_FIXES: Partial<Readonly<Record<AuthorityCode, string>>> = {
  ERR_AUTHORITY_NOT_OWNER:
    'Ask the owner, or do it at the terminal of the machine that runs the assistant: openclaw devices list',
  ERR_AUTHORITY_SCOPE_MISSING:
    'Approve this device again with the scope that is named, or decide at the terminal: openclaw devices list',
  ERR_AUTHORITY_SELF:
    'Let another device or the owner decide, at the terminal: openclaw devices list',
  ERR_AUTHORITY_NOT_SELF:
    'Let the device do it itself, or do it at the terminal: openclaw devices list',
}

/** The refusal of a code about a device or node; `detail` is added to the reason. */
export function deviceRefusal(code: AuthorityCode, detail?: string): Refusal {
  const { why, fix, ...rest } = refusal(code, detail)
  return { ...rest, why, fix: DEVICE_FIXES[code] ?? fix }
}

/** What to do instead where it is owners who are made or unmade. */
const OWNER_FIX =
  'Do it at the terminal of the machine that runs the assistant: openclaw owner list, openclaw owner add'

/** The refusal of a code about who is an owner. */
export function ownerRefusal(code: AuthorityCode): Refusal {
  return { ...refusal(code), fix: OWNER_FIX }
}

/** The refusal of a code; `detail` is added to the reason. */
export function refusal(code: AuthorityCode, detail?: string): Refusal {
  const [why, fix] = TEXTS[code]
  return { allowed: false, code, why: detail === undefined ? why : `${why}: ${detail}`, fix }
}
