import type { KnownSender } from '@openclaw/dm-pairing'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import { table } from '../output/table.ts'
import { absolute } from '../output/time.ts'
import { idLabel, placeName, senderWords } from './places.ts'
import { idWords, who } from './who.ts'

/** What the page shows. */
export interface AllowedPage {
  readonly senders: readonly KnownSender[]
  readonly state: KnownSender['state']
  /** The channel that was asked for; `undefined`: all. */
  readonly channel: string | undefined
}

const NOBODY: Readonly<Record<KnownSender['state'], string>> = {
  allowed: 'Nobody may write yet',
  blocked: 'Nobody is blocked',
  revoked: 'No approval was taken back',
}
const TITLES: Readonly<Record<KnownSender['state'], string>> = {
  allowed: 'may write',
  blocked: 'blocked',
  revoked: 'revoked',
}
const VERBS: Readonly<Record<KnownSender['state'], string>> = {
  allowed: 'revoke',
  blocked: 'unblock',
  revoked: 'allow',
}
const VIA: Readonly<Record<KnownSender['via'], string>> = {
  store: '',
  config: 'the configuration',
  owner: 'the configuration: an owner',
}

/** Prints who may write, or may not, one table for each channel account. */
export function printAllowed(call: Call, { senders, state, channel }: AllowedPage): void {
  const { out } = call.screen
  if (senders.length === 0) {
    out.line(`${NOBODY[state]}${channel === undefined ? '' : ` on ${channel}`}.`)
    return
  }
  const places = [...new Set(senders.map(placeName))]
  for (const place of places) {
    const here = senders.filter((sender) => placeName(sender) === place)
    out.line(
      `${out.style.bold(place)} ${out.style.dim(`· ${String(here.length)} ${TITLES[state]}`)}`,
    )
    out.lines(senderTable(call, here))
    out.line()
  }
  const example = senders.find(({ via }) => via === 'store')
  if (example === undefined) return
  out.line(
    out.style.dim(`To change one: ${call.program} pairing ${VERBS[state]} ${senderWords(example)}`),
  )
}

function senderTable({ screen: { out } }: Call, senders: readonly KnownSender[]): string[] {
  const columns = [
    { title: idLabel(senders[0]?.channel ?? '') },
    { title: 'Who', flexible: true as const },
    { title: 'Since' },
    { title: 'Until' },
    { title: 'By', flexible: true as const },
    { title: 'Told' },
  ]
  const rows = senders.map((sender) => [
    idWords(sender),
    who(sender.meta),
    sender.since === undefined ? '' : absolute(sender.since),
    sender.expiresAt === undefined ? '' : absolute(sender.expiresAt),
    byWhom(sender),
    told(sender),
  ])
  const used = columns.map((_, index) => rows.some((row) => row[index] !== ''))
  return table(
    columns.filter((_, index) => used[index]),
    rows.map((row) => row.filter((_, index) => used[index])),
    { style: out.style, width: out.width, indent: '  ' },
  )
}

function byWhom({ via, by }: KnownSender): string {
  if (via === 'owner' && by !== undefined) return `an owner, by ${safe(by)}`
  return VIA[via] || safe(by ?? '')
}

function told({ notice, state }: KnownSender): string {
  if (notice === undefined || state !== 'allowed') return ''
  if (notice.state === 'due' || notice.state === 'sending') return 'not yet'
  if (notice.state === 'sent') return 'yes'
  return `no: ${safe(notice.reason)}`
}
