import type { LogoutOutcome } from '@openclaw/channel-whatsapp/web'
import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { canAsk, confirm } from '../people/ask.ts'
import { interruptible } from '../qr/interruptible.ts'
import { endSoon, inUse, type LinkedPlace, linkedPlace, loginOptions } from './whatsapp-account.ts'

/** Ends the linked device of an account of WhatsApp. */
export async function logout(call: Call): Promise<ExitCode> {
  const place = await linkedPlace(call)
  const options = await loginOptions(call, place)
  if (canAsk(call) && !(await confirm(call, `End the linked device of ${place.words}?`)))
    throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not done. Nothing changed.')
  const { unlinkAccount } = await import('../whatsapp-app.ts')
  try {
    const outcome = await interruptible(({ signal }) => unlinkAccount(options, signal))
    return end(call, place, outcome)
  } finally {
    endSoon()
  }
}

function end(call: Call, place: LinkedPlace, outcome: LogoutOutcome): ExitCode {
  if (outcome.outcome === 'in-use') throw inUse(place)
  const { out } = call.screen
  if (call.json) call.screen.json({ ...outcome, account: place.account, folder: place.folder })
  else if (outcome.outcome === 'not-linked') out.line('Nothing is linked; there is nothing to end.')
  else {
    out.line(
      `Logged out${outcome.as === undefined ? '' : `: ${outcome.as}`}. The session is deleted.`,
    )
    if (outcome.told === 'no')
      out.prose(
        'WhatsApp could not be told: remove the device on the phone, under Settings, Linked devices.',
      )
  }
  return EXIT.done
}
