import type { NoticeState } from '@openclaw/dm-pairing'
import { isConnectable } from '@openclaw/pairing-config'
import type { ChannelName } from '@openclaw/pairing-contracts'
import { safe } from '../output/safe.ts'
import type { GatewayRuns } from './gateway-runs.ts'

/** What is to be told, and by whom. */
export interface Telling {
  readonly channel: ChannelName
  /** `undefined`: nobody is to be told. */
  readonly notice: NoticeState | undefined
  /** Whether a gateway of ours works on this state. */
  readonly running: GatewayRuns
}

/** What becomes of telling somebody how their request ended; nothing where nobody is to be told. */
export function noticeText({ channel, notice, running }: Telling): string | undefined {
  if (notice === undefined) return undefined
  if (notice.state === 'unsupported') return `They are not told: ${safe(notice.reason)}.`
  if (notice.state === 'sent') return 'They have been told.'
  if (!isConnectable(channel))
    return 'They are told by the bot that embeds pairing, if there is one.'
  return TOLD[running]
}

const TOLD: Readonly<Record<GatewayRuns, string>> = {
  here: 'The running gateway tells them.',
  'perhaps-elsewhere':
    'A gateway that uses this database tells them: one that runs elsewhere, or the next to start.',
  no: 'No gateway runs here: they are told when one starts, or by the bot that embeds pairing.',
}
