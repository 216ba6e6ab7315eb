import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem = 'name' | 'conversation' | 'country-code' | 'wildcard' | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  name: [
    'a WhatsApp name can be changed, and taken by somebody else',
    'Use the phone number: the reply to a new sender names it, and so does `openclaw pairing list whatsapp`.',
  ],
  conversation: [
    'that is a group, a channel or a status, not a person',
    'Use the phone number of one person, such as +15551234567.',
  ],
  'country-code': [
    'a phone number needs + and the country code',
    'Use the form +15551234567, as the reply to a new sender shows it.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a phone number; to admit everyone, set `channels.whatsapp.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  malformed: [
    'a WhatsApp sender is a phone number with + and the country code, `lid:` and digits, or a business-scoped user id',
    'Use the form +15551234567, lid:99887766554433 or US.13491208655302741918.',
  ],
}

/** What was typed is not a person on WhatsApp. */
export class InvalidWhatsappSender extends OpenClawError {
  override readonly name = 'InvalidWhatsappSender'
  override readonly code = 'ERR_WHATSAPP_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

/** Which of the keys of `channels.whatsapp.cloud`. */
export type CloudKey = 'phoneNumberId' | 'accessToken' | 'appSecret' | 'verifyToken'

const KEYS: Readonly<Record<CloudKey, readonly [name: string, form: string, fix: string]>> = {
  phoneNumberId: [
    'phone number ID',
    'digits alone (not the phone number itself)',
    'Copy it at https://developers.facebook.com/apps → your app → WhatsApp → API Setup (“Phone number ID”) and set `channels.whatsapp.cloud.phoneNumberId`.',
  ],
  accessToken: [
    'access token',
    'of the form EAA…',
    'Make one that does not expire at https://business.facebook.com/settings → System users → Generate token, with whatsapp_business_messaging and whatsapp_business_management, and set `channels.whatsapp.cloud.accessToken`.',
  ],
  appSecret: [
    'app secret',
    '32 of 0-9 and a-f',
    'Copy it at https://developers.facebook.com/apps → your app → App settings → Basic (“App secret”, Show) and set `channels.whatsapp.cloud.appSecret`.',
  ],
  verifyToken: [
    'verify token',
    '8 to 256 printable characters without blanks',
    'Choose a word of your own, set `channels.whatsapp.cloud.verifyToken`, and write the same at https://developers.facebook.com/apps → your app → WhatsApp → Configuration → Webhook (“Verify token”).',
  ],
}

/** A key of the Cloud API is missing or not of its form; holds nothing of it. */
export class WhatsappKeyMalformed extends OpenClawError {
  override readonly name = 'WhatsappKeyMalformed'
  override readonly code = 'ERR_WHATSAPP_KEY_MALFORMED'
  readonly key: CloudKey
  constructor(key: CloudKey) {
    const [name, form, hint] = KEYS[key]
    super(`the WhatsApp ${name} is missing, or not ${form}`, { hint })
    this.key = key
  }
}

/** Meta does not take the access token: it is wrong, expired, or was revoked. Fatal for the account. */
export class WhatsappTokenRejected extends OpenClawError {
  override readonly name = 'WhatsappTokenRejected'
  override readonly code = 'ERR_WHATSAPP_TOKEN_REJECTED'
  constructor(reason: string) {
    super(`Meta does not accept the WhatsApp access token (${reason})`, {
      hint: KEYS.accessToken[2],
    })
  }
}

/** The token does not reach this phone number ID, or there is none of the kind. Fatal for the account. */
export class WhatsappNumberNotFound extends OpenClawError {
  override readonly name = 'WhatsappNumberNotFound'
  override readonly code = 'ERR_WHATSAPP_NUMBER_NOT_FOUND'
  constructor(reason: string) {
    super(`the access token does not reach this WhatsApp phone number ID (${reason})`, {
      hint: 'Check `channels.whatsapp.cloud.phoneNumberId` at https://developers.facebook.com/apps → your app → WhatsApp → API Setup, and that the token’s system user was given the WhatsApp account and both of its permissions.',
    })
  }
}

/** The API root may not be used: the token would travel in clear, or the address is none. */
export class WhatsappApiRootInvalid extends OpenClawError {
  override readonly name = 'WhatsappApiRootInvalid'
  override readonly code = 'ERR_WHATSAPP_API_ROOT_INVALID'
  constructor(problem: string) {
    super(`\`cloud.apiRoot\` ${problem}`, {
      hint: 'Use https://graph.facebook.com, another https root, or http on this machine (127.0.0.1).',
    })
  }
}

/** What answers at the API root is not Meta's Graph API. Fatal for the account. */
export class WhatsappApiNotFound extends OpenClawError {
  override readonly name = 'WhatsappApiNotFound'
  override readonly code = 'ERR_WHATSAPP_API_NOT_FOUND'
  constructor(origin: string) {
    super(`${origin} is not Meta's Graph API (404)`, {
      hint: 'Check `channels.whatsapp.cloud.apiRoot`; https://graph.facebook.com is the right one unless you run your own.',
    })
  }
}

/** Every error of this package's own rules and of its Cloud API transport. */
export type WhatsappError =
  | InvalidWhatsappSender
  | WhatsappKeyMalformed
  | WhatsappTokenRejected
  | WhatsappNumberNotFound
  | WhatsappApiRootInvalid
  | WhatsappApiNotFound
