import type { SenderId } from '@openclaw/pairing-contracts'
import { InvalidSender } from '../errors/names.ts'
import { MAX_SENDER_LENGTH } from '../limits.ts'

/** Brings a typed id into the one spelling of its channel; throws {@link InvalidSender}. */
export type SenderRule = (typed: string) => SenderId

const E164 = /^\+[1-9]\d{6,14}$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
const PRINTABLE = (): RegExp => /^[^\p{C}\p{Zl}\p{Zp}]+$/u
const PHONE = 'a phone number with + and the country code, such as +15551234567'

export const telegramSender: SenderRule = (typed) => {
  const id = bare(typed, /^(?:telegram|tg):/i)
  if (/^[1-9]\d{0,15}$/.test(id)) return id as SenderId
  throw new InvalidSender('telegram', 'a numeric user id, such as 100001', telegramHint(id))
}

export const whatsappSender: SenderRule = (typed) => {
  const id = bare(typed, /^whatsapp:/i)
  const sender = phone(id) ?? lid(id) ?? jid(id) ?? bsuid(id)
  if (sender !== undefined) return sender
  throw new InvalidSender('whatsapp', `${PHONE}, lid: and digits, or a business-scoped user id`)
}

const lid = (id: string): SenderId | undefined =>
  matching(id.replace(/^lid:/i, 'lid:'), /^lid:[1-9]\d{0,19}$/)

/** An id of WhatsApp Web, whichever of somebody's devices it names. */
function jid(id: string): SenderId | undefined {
  const form =
    /^(\d{1,20})(?:_\d{1,3})?(?::\d{1,5})?@(s\.whatsapp\.net|c\.us|hosted|lid|hosted\.lid)$/
  const [, digits = '', server] = form.exec(id.toLowerCase()) ?? []
  return server?.endsWith('lid') ? lid(`lid:${digits}`) : matching(`+${digits}`, E164)
}

/** Such as `US.13491208655302741918`: a country, and letters and digits that Meta chose. */
function bsuid(id: string): SenderId | undefined {
  const raised = id.replace(/^[a-z]{2}(?=\.)/i, (country) => country.toUpperCase())
  return matching(raised, /^[A-Z]{2}\.(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{5,128}$/)
}

export const signalSender: SenderRule = (typed) => {
  const id = bare(typed, /^signal:/i)
  const uuid = matching(id.replace(/^uuid:/i, ''), UUID)?.toLowerCase()
  const sender = uuid === undefined ? phone(id) : (`uuid:${uuid}` as SenderId)
  if (sender !== undefined) return sender
  throw new InvalidSender('signal', `${PHONE}, or uuid: and the account's UUID`)
}

export const imessageSender: SenderRule = (typed) => {
  const id = bare(typed, /^(?:imessage|sms|auto|bluebubbles):/i)
  const sender = phone(id) ?? matching(id, EMAIL)?.toLowerCase()
  if (sender !== undefined) return sender as SenderId
  throw new InvalidSender('imessage', `${PHONE}, or an e-mail address`, chatHint(id))
}

export const discordSender: SenderRule = (typed) => {
  const id = bare(typed, /^(?:discord|user):/i).replace(/^<@!?(\d+)>$/, '$1')
  if (/^\d{17,20}$/.test(id)) return id as SenderId
  const rule = 'a user id of 17 to 20 digits; names and tags can be taken'
  throw new InvalidSender('discord', rule, discordHint(id))
}

export const slackSender: SenderRule = (typed) => {
  const mention = /^<@([A-Z0-9]+)(?:\|[^<>]*)?>$/i
  const id = bare(typed, /^(?:slack|user):/i).replace(mention, '$1')
  // Matched before it is raised: letters of other alphabets become ASCII ones.
  const isBot = /^uslackbot$/i.test(id)
  if (!isBot && /^[UW][A-Z0-9]{6,30}$/i.test(id)) return id.toUpperCase() as SenderId
  throw new InvalidSender('slack', 'a member id, such as U012ABCDEF; names can be taken')
}

export const webchatSender: SenderRule = (typed) => {
  const id = bare(typed, /^webchat:/i)
  if (/^web-[0-9a-f]{32}$/i.test(id)) return id.toLowerCase() as SenderId
  throw new InvalidSender('webchat', '"web-" and 32 of 0-9 and a-f')
}

/** For channels whose ids this package does not know: printable, as typed, without the channel's own prefix. */
export function plainSender(channel: string): SenderRule {
  return (typed) => {
    const id = bare(typed, new RegExp(`^(?:${channel}:\\s*)+`, 'i'))
    if (id.length <= MAX_SENDER_LENGTH && id !== '*' && PRINTABLE().test(id)) return id as SenderId
    throw new InvalidSender(
      channel,
      `1 to ${String(MAX_SENDER_LENGTH)} printable characters, not "*"`,
    )
  }
}

/** Without blanks around it and the channel's own prefix; nothing for an endless text, which no rule takes. */
function bare(typed: string, prefix: RegExp): string {
  if (typed.length > 4 * MAX_SENDER_LENGTH) return ''
  return typed.trim().replace(prefix, '').trim()
}

function phone(id: string): SenderId | undefined {
  return matching(id.replace(/[\s.()\p{Pd}\u2212[\]]/gu, ''), E164)
}

function matching(id: string, form: RegExp): SenderId | undefined {
  return id.length <= MAX_SENDER_LENGTH && form.test(id) ? (id as SenderId) : undefined
}

function telegramHint(id: string): string | undefined {
  if (/^-\d+$/.test(id)) return 'A negative id is a group; groups have their own list.'
  return /^@|[a-z]/i.test(id)
    ? 'A @username can be taken by somebody else: use the numeric id, which openclaw pairing list telegram shows.'
    : undefined
}

function discordHint(id: string): string | undefined {
  if (/^pk:/i.test(id))
    return 'A PluralKit id is no account: use the id of the account that writes.'
  return /\p{L}/u.test(id)
    ? 'Switch Developer Mode on in Discord (User Settings, Advanced) and choose "Copy User ID"; openclaw pairing list discord shows it too.'
    : undefined
}

function chatHint(id: string): string | undefined {
  return /^chat_?(?:id|guid|identifier)?:/i.test(id)
    ? 'A whole chat can stand in allowFrom of the configuration; pairing is about one person.'
    : undefined
}
