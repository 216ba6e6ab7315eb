import type { ChatReply } from '@openclaw/pairing-contracts'
import { MAX_ANSWER } from './limits.ts'
import { qrOf } from './qr.ts'
import { minutes, TOO_MANY_CODES } from './texts.ts'
import type { Call, Handler, MadeCode } from './types.ts'

/** `/pair`: what to do, then the code alone, so that it can be copied whole. */
export const pair: Handler = (call) =>
  withCode(call, (made) => [
    instructions(call, made, 'Paste the code of the next message, and connect.'),
    { text: made.code, copyable: made.code },
  ])

/** `/pair qr`: the same as a picture in text; a code that is too long for one comes as text. */
export const qr: Handler = (call) =>
  withCode(call, (made) => {
    const picture = qrOf(made.codeToScan ?? made.code)
    if (picture.length > MAX_ANSWER) {
      const head = instructions(call, made, 'Paste the code of the next message, and connect.')
      const long = 'The code is too long for a QR code in a chat, so here it is as text.'
      return [
        { ...head, text: `${long}\n\n${head.text}` },
        { text: made.code, copyable: made.code },
      ]
    }
    return [
      instructions(call, made, 'Scan the QR code of the next message with the app, and connect.'),
      { text: `${FOR_ANOTHER_SCREEN}\n${picture}`, preformatted: picture },
    ]
  })

const FOR_ANOTHER_SCREEN =
  'This is for another screen: open this chat on a computer and scan it with the app. Whoever scans it first may ask to be let in:'

async function withCode(
  call: Call,
  replies: (made: MadeCode) => readonly ChatReply[],
): Promise<readonly ChatReply[]> {
  const { owner, codes, makeCode } = call
  if (!codes.take(`${owner.channel}/${owner.senderId}`)) return [{ text: TOO_MANY_CODES }]
  const made = await makeCode(owner)
  if ('code' in made) return replies(made)
  const fixes = made.fixes.map((fix) => `- ${fix}`)
  return [{ text: [`No code can be made yet: ${made.problem}`, ...fixes].join('\n') }]
}

function instructions(
  { clock }: Call,
  { expiresAt, url, warnings }: MadeCode,
  hand: string,
): ChatReply {
  const text = [
    'To connect a device to this assistant:',
    '',
    '1. On the device open the OpenClaw app: Settings → Gateway. (On a computer: openclaw node join)',
    `2. ${hand}`,
    '3. Come back here and send /pair approve',
    '',
    `The code works for ${minutes(expiresAt - clock.now())}, for one device. Show it to nobody.`,
    `Gateway: ${url}`,
    ...warnings.map((warning) => `Note: ${warning}`),
  ].join('\n')
  return { text, copyable: '/pair approve' }
}
