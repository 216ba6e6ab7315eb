import type { ProvenDevice } from '@openclaw/device-pairing'
import { type Arrived, arrive, isOurCode } from './arrival.ts'
import type { Attempt } from './attempts.ts'
import { type Presented, unauthorized, weigh } from './credentials.ts'
import { isLocal } from './facts.ts'
import type { AdmittedBy } from './notice.ts'
import { claimOf, FAULTS } from './proof.ts'
import { notLetIn } from './refusals.ts'
import { holdsScope, type OperatorScope } from './scopes.ts'
import { type Admitted, type ConnectCase, no, type Verdict } from './verdict.ts'

/**
 * Decides about a `connect`.
 *
 * A node needs a device key, whatever secret it shows. An operator without one gets in with the shared secret, but holds no
 * scope then: it cannot read, change or approve anything.
 *
 * @throws what the store throws; then nothing was admitted
 */
export async function decideConnect(given: ConnectCase): Promise<Verdict> {
  const { connect, components, nonce } = given
  const { device } = connect.params
  if (device === undefined) {
    return connect.role === 'node' ? no('DEVICE_IDENTITY_REQUIRED') : withoutDevice(given)
  }
  const proven = components.devices.prove(claimOf(connect, device), nonce)
  if ('fault' in proven) return no(FAULTS[proven.fault])
  const verdict = await withDevice(given, proven)
  return verdict.ok ? verdict : { ...verdict, deviceId: proven.deviceId }
}

function withoutDevice(given: ConnectCase): Verdict {
  const { connect, components, attempts, facts } = given
  const { auth, scopes = [] } = connect.params
  const role = 'operator'
  if (isLocal(facts)) {
    const held = scopes.length === 0 ? ['operator.admin'] : [...new Set(scopes)].sort()
    return { ok: true, by: 'local', admitted: undefined, auth: { role, scopes: held } }
  }
  if (Object.values(auth ?? {}).every((secret) => secret === '')) {
    return no('DEVICE_IDENTITY_REQUIRED')
  }
  const presented = weigh({ ...components, attempts }, auth, facts.limitKey)
  presented.attempt?.failed()
  if (presented.shared === 'locked') {
    const retryAfterMs = Math.max(1, attempts.retryAfterMs('shared-secret', facts.limitKey))
    return no('AUTH_RATE_LIMITED', { retryAfterMs })
  }
  if (presented.shared !== 'right') return no(unauthorized(presented, auth))
  const method = presented.kind
  return {
    ok: true,
    by: 'shared-secret',
    admitted: undefined,
    auth: { role, scopes: [], method },
  }
}

/** What a proven device showed; each guess holds its place among the failures until its end is known. */
interface Shown {
  readonly presented: Presented
  readonly token: Attempt | undefined
  readonly isTokenLocked: boolean
}

async function withDevice(given: ConnectCase, device: ProvenDevice): Promise<Verdict> {
  const { attempts, components, connect, facts } = given
  const presented = weigh({ ...components, attempts }, connect.params.auth, facts.limitKey)
  const shown = { presented, ...tokenAttempt(given, presented) }
  try {
    const arrived = await arrive(given, device, presented)
    const { admission, setup } = arrived
    if (admission.outcome === 'admitted') {
      if (isGuess(given, admission, presented)) presented.attempt?.failed()
      return admittedAs(given, admission, presented)
    }
    countFailures(given, shown, arrived)
    const verdict = notLetIn({ ...given, ...shown, admission, setup })
    return setup === undefined ? verdict : { ...verdict, setup }
  } finally {
    presented.attempt?.settled()
    shown.token?.settled()
  }
}

/** What tokens of devices look like here and in 2026.2: 32 random bytes, or 16. Nobody guesses one. */
const DRAWN = /^(?:[\w-]{43}|[0-9a-f]{32})$/

/**
 * A device that is in and asks for more would learn from the answer whether what it showed is the shared secret. So what is
 * wrong counts, but for tokens: its own one, and one of long ago that it still shows in the place of the shared one.
 */
function isGuess(
  { connect }: ConnectCase,
  { device, presented: token }: Admitted,
  { shared, kind, deviceToken }: Presented,
): boolean {
  const { auth, scopes = [] } = connect.params
  const asksForMore = scopes.some((scope) => !holdsScope(device.scopes, scope as OperatorScope))
  if (shared !== 'wrong' || !asksForMore) return false
  if (kind === 'password') return true
  const isOwn = token === 'right' && deviceToken === auth?.token
  return !isOwn && !DRAWN.test(auth?.token ?? '')
}

/**
 * What is wrong counts, also beside a setup code that is right: with one, nobody guesses at the shared secret for nothing. A
 * setup code in the place of the shared secret is no guess.
 */
function countFailures(
  { connect }: ConnectCase,
  { presented, token }: Shown,
  { isAsked, setup }: Arrived,
): void {
  const inItsPlace = isOurCode(setup) && presented.setupSecret === connect.params.auth?.token
  // A password stands in a place of its own, so the code beside it spares no guess at it.
  if (!inItsPlace || presented.kind === 'password') presented.attempt?.failed()
  if (!inItsPlace && !isAsked) token?.failed()
}

/** A token is counted by itself where it does not count as a guess at the shared secret. */
function tokenAttempt(
  { attempts, connect, facts }: ConnectCase,
  { deviceToken, shared }: Presented,
): Pick<Shown, 'token' | 'isTokenLocked'> {
  const isOwn = deviceToken === connect.params.auth?.deviceToken || shared === 'absent'
  if (deviceToken === undefined || !isOwn) return { token: undefined, isTokenLocked: false }
  const token = attempts.begin('device-token', facts.limitKey)
  return { token, isTokenLocked: token === undefined }
}

const BY: Readonly<Record<Admitted['presented'], AdmittedBy>> = {
  right: 'key-with-token',
  stale: 'key-with-stale-token',
  absent: 'key',
}

/**
 * The method says `device-token` whatever was shown beside the key: a paired device must not learn from it whether it guessed
 * the shared secret. A token that was right is said again, since clients of 2026.2 keep what hello-ok brings.
 */
function admittedAs({ connect }: ConnectCase, admitted: Admitted, shown: Presented): Verdict {
  const { device, token, presented } = admitted
  const handed = token?.token ?? (presented === 'right' ? shown.deviceToken : undefined)
  return {
    ok: true,
    by: BY[presented],
    admitted,
    auth: {
      role: connect.role,
      scopes: device.scopes,
      method: 'device-token',
      ...(handed === undefined ? {} : { deviceToken: handed }),
      ...(token === undefined ? {} : { issuedAtMs: token.issuedAt }),
    },
  }
}
