import type { ApproveOutcome, KnownSender } from '@openclaw/dm-pairing'
import type { Config } from '@openclaw/pairing-config'
import type { Call } from '../args/types.ts'
import { given } from '../args/values.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { absolute } from '../output/time.ts'
import { gatewayRuns, gatewayRunsJson } from './gateway-runs.ts'
import { noticeText } from './notice-text.ts'
import { placeName, senderWords } from './places.ts'
import { senderJson } from './request-json.ts'
import { noteUnconnected } from './warnings.ts'
import { named } from './who.ts'

/** Says what was approved, what happens now, and how to take it back. */
export async function approved(
  call: Call,
  outcome: Extract<ApproveOutcome, { outcome: 'approved' }>,
  config: Config,
): Promise<ExitCode> {
  const { sender, requestId } = outcome
  const running = await gatewayRuns(config)
  noteUnconnected(call, sender.channel)
  if (call.json) {
    const { channel, account, senderId: id } = sender
    call.screen.json({
      outcome: 'approved',
      channel,
      account,
      id,
      requestId,
      gatewayRunning: gatewayRunsJson(running),
      sender: senderJson(sender),
    })
    return EXIT.done
  }
  const { out, err } = call.screen
  // The first words are those of OpenClaw 2026.2: scripts look for them.
  out.line(
    `${out.style.green(`Approved ${sender.channel} sender ${safe(sender.senderId)}`)}${called(sender)}.`,
  )
  out.prose(`They may write to the assistant directly on ${placeName(sender)}${untilText(sender)}.`)
  const others = (sender.aliases ?? []).map(safe).join(', ')
  if (others !== '') out.prose(`They are known by their other ids too: ${others}.`)
  const told = noticeText({ channel: sender.channel, notice: sender.notice, running })
  out.prose(told ?? 'They are not told; their next message is answered.')
  out.line(out.style.dim(`Undo: ${call.program} pairing revoke ${senderWords(sender)}`))
  if (given(call, 'notify'))
    err.line(err.style.dim('--notify is not needed: the gateway always tells them.'))
  return EXIT.done
}

function called({ meta }: KnownSender): string {
  const name = named(meta)
  return name === '' ? '' : ` (${name})`
}

function untilText({ expiresAt }: KnownSender): string {
  return expiresAt === undefined ? '' : ` until ${absolute(expiresAt)}`
}
