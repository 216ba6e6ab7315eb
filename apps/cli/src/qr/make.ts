import type { SetupCode } from '@openclaw/device-pairing'
import type { SetupUrls } from '@openclaw/pairing-config'
import { encodeSetupCode, encodeSetupCodeToScan } from '@openclaw/pairing-protocol'
import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { absolute } from '../output/time.ts'
import { granted, withWaiting } from '../people/session.ts'
import { warn } from '../people/warnings.ts'

/** A setup code that was made. */
export interface MadeCode {
  readonly setup: SetupCode
  /** What is pasted. A secret. */
  readonly code: string
  /** The same in fewer characters, for a QR code. */
  readonly codeToScan: string
}

/**
 * Makes a setup code for these addresses.
 *
 * @throws {@link RefusedError} where too many live
 */
export function makeCode(call: Call, urls: SetupUrls): Promise<MadeCode> {
  return withWaiting(call, 'write', async ({ pairing, actor }) => {
    const made = granted(await pairing.devices().pairing.setup.create(actor))
    if (made.outcome === 'full') throw tooMany(made.live)
    const { setup, secret } = made
    const content = { ...urls, bootstrapToken: secret, expiresAtMs: setup.expiresAt }
    return {
      setup,
      code: encodeSetupCode(content),
      codeToScan: encodeSetupCodeToScan(content),
    }
  })
}

function tooMany(live: number): RefusedError {
  return new RefusedError(
    'ERR_CLI_SETUP_CODES_FULL',
    `${String(live)} setup codes live already; none was made`,
    {
      hint: 'end one that nobody needs: openclaw qr --list, then openclaw qr --withdraw <setupId>; one that no device shows ends by itself after 10 minutes',
      detail: { live },
    },
  )
}

/** Ends a code that nobody is to use any more; says so where that does not work. True: it is worthless now. */
export async function withdrawCode(call: Call, { setup }: MadeCode): Promise<boolean> {
  try {
    return await withWaiting(call, 'write', async ({ pairing, actor }) => {
      const answer = await pairing.devices().pairing.setup.withdraw(actor, setup.setupId)
      return granted(answer).outcome === 'withdrawn'
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    warn(call, {
      problem: `the setup code could not be withdrawn (${why}); it ends by itself at ${absolute(setup.expiresAt)}`,
      fix: `openclaw qr --withdraw ${setup.setupId}`,
    })
    return false
  }
}
