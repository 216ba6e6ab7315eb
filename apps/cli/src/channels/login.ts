import type { LoginOutcome, LoginStep } from '@openclaw/channel-whatsapp/web'
import type { Call } from '../args/types.ts'
import { FailedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { interruptible } from '../qr/interruptible.ts'
import { qrScreen } from './qr-screen.ts'
import { endSoon, inUse, type LinkedPlace, linkedPlace, loginOptions } from './whatsapp-account.ts'

/** Links an account of WhatsApp: shows its codes until the phone has scanned one. */
export async function login(call: Call): Promise<ExitCode> {
  const place = await linkedPlace(call)
  const options = await loginOptions(call, place)
  const { linkAccount } = await import('../whatsapp-app.ts')
  try {
    const show = call.json ? jsonSteps(call) : screenSteps(call)
    const outcome = await interruptible(({ signal }) => linkAccount(options, show, signal))
    return end(call, place, outcome)
  } finally {
    endSoon()
  }
}

type Show = (step: LoginStep) => void

const jsonSteps =
  ({ screen }: Call): Show =>
  (step) =>
    screen.json(
      step.kind === 'qr' ? { event: 'qr', text: step.text } : { ...step, event: step.kind },
    )

function screenSteps(call: Call): Show {
  const { out } = call.screen
  const codes = qrScreen(call)
  return (step) => {
    if (step.kind === 'qr') void codes.show(step.text)
    if (step.kind === 'scanned') {
      codes.end()
      out.line('Scanned. Finishing the link …')
    }
    if (step.kind === 'ended')
      out.prose(`${safe(step.reason)}; it stays aside, and a new one is made.`)
  }
}

function end(call: Call, place: LinkedPlace, outcome: LoginOutcome): ExitCode {
  switch (outcome.outcome) {
    case 'linked':
    case 'already-linked':
      linkedPage(call, place, outcome)
      return EXIT.done
    case 'in-use':
      throw inUse(place)
    case 'stopped':
      return stopped(call)
    case 'not-scanned':
      throw new FailedError('no phone has scanned a code, and WhatsApp gives no more for now', {
        hint: `openclaw channels login ${place.words}`,
      })
    case 'failed':
      throw new FailedError(`not linked: ${outcome.reason}`, {
        hint: `check that this machine reaches WhatsApp, then: openclaw channels login ${place.words}`,
      })
  }
}

function linkedPage(
  call: Call,
  { account, answers, folder }: LinkedPlace,
  { outcome, as }: Extract<LoginOutcome, { readonly as: string }>,
): void {
  const { out } = call.screen
  if (call.json) {
    call.screen.json({ event: outcome, account, senderId: as, folder })
    return
  }
  const state = outcome === 'linked' ? 'Linked' : 'Linked already, and WhatsApp knows it'
  out.line(`${out.style.green(`${state}: ${as}`)}`)
  if (answers === 'unconfigured') {
    out.prose('For the gateway to connect it, write into openclaw.json:')
    out.line(
      `  channels: { whatsapp: ${account === 'default' ? '{}' : `{ accounts: { ${account}: {} } }`} }`,
    )
    return
  }
  out.prose(
    `A gateway that waits for it connects within seconds; otherwise: ${call.program} gateway`,
  )
  if (answers === 'silent')
    out.prose(
      'Strangers are not answered, for the number may be your own. To send them a code, write channels.whatsapp.dmPolicy: "pairing"',
    )
}

function stopped({ json, screen }: Call): ExitCode {
  if (json) screen.json({ event: 'stopped' })
  else screen.err.line('Not linked; nothing is left of it.')
  return EXIT.refused
}
