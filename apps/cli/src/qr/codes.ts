import type { SetupCode } from '@openclaw/device-pairing'
import type { Call } from '../args/types.ts'
import { shortId } from '../devices/words.ts'
import { NotFoundError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { table } from '../output/table.ts'
import { iso, relative } from '../output/time.ts'
import type { Candidate } from '../people/candidates.ts'
import { granted, LOOKER, withWaiting } from '../people/session.ts'

const STATES: Readonly<Record<SetupCode['state'], string>> = {
  unbound: 'waits for a device',
  bound: 'serves one device',
  used: 'used',
  expired: 'expired',
  withdrawn: 'withdrawn',
}

/** Shows the codes that live and those that ended in the last days; their secrets are kept nowhere. */
export async function listCodes(call: Call): Promise<ExitCode> {
  const codes = await withWaiting(call, 'read', async ({ pairing }) =>
    granted(await pairing.devices().pairing.setup.list(LOOKER)),
  )
  if (call.json) {
    call.screen.json({ setupCodes: codes.map(codeJson) })
    return EXIT.done
  }
  const { out } = call.screen
  if (codes.length === 0) {
    out.line('No setup code is known.')
    return EXIT.done
  }
  const now = call.world.now()
  const titles = ['Code', 'State', 'Made', 'Ends', 'Device']
  const rows = codes.map((code) => [
    code.setupId,
    STATES[code.state],
    relative(code.createdAt, now),
    isLive(code) ? relative(code.expiresAt, now) : '',
    code.deviceId === undefined ? '' : shortId(code.deviceId),
  ])
  const frame = { style: out.style, width: out.width, indent: '' }
  out.lines(
    table(
      titles.map((title) => ({ title })),
      rows,
      frame,
    ),
  )
  return EXIT.done
}

const isLive = ({ state }: SetupCode): boolean => state === 'unbound' || state === 'bound'

/** Codes that can be ended, for completion. */
export async function codeCandidates(call: Call): Promise<readonly Candidate[]> {
  const codes = await withWaiting(call, 'read', async ({ pairing }) =>
    granted(await pairing.devices().pairing.setup.list(LOOKER)),
  )
  const now = call.world.now()
  return codes.filter(isLive).map(({ setupId, state, createdAt }) => ({
    value: setupId,
    what: `${STATES[state]}, made ${relative(createdAt, now)}`,
  }))
}

function codeJson({ setupId, state, createdAt, expiresAt, createdBy, deviceId }: SetupCode) {
  return {
    setupId,
    state,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    createdBy: { ...createdBy },
    deviceId: deviceId ?? null,
  }
}

/**
 * Ends a code.
 *
 * @throws {@link NotFoundError} for one that is not known, or is over
 */
export async function withdrawNamed(call: Call, typed: string): Promise<ExitCode> {
  const setupId = typed.trim()
  const answer = await withWaiting(call, 'write', async ({ pairing, actor }) =>
    granted(await pairing.devices().pairing.setup.withdraw(actor, setupId)),
  )
  const hint = 'openclaw qr --list'
  if (answer.outcome === 'unknown')
    throw new NotFoundError(`no setup code “${safe(setupId).slice(0, 40)}” is known`, {
      hint,
      detail: { reason: 'unknown' },
    })
  if (answer.outcome === 'over')
    throw new NotFoundError(`the setup code is over already: ${answer.setup.state}`, {
      hint,
      detail: { reason: answer.setup.state },
    })
  if (call.json) call.screen.json({ setupId, outcome: 'withdrawn' })
  else call.screen.out.line(`Withdrawn: ${setupId} is worthless now.`)
  return EXIT.done
}
