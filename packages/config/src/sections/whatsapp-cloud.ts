import type { AccountId } from '@openclaw/pairing-contracts'
import type { WhatsappCloudConfig, WhatsappCloudKey } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { isObject } from '../read/document.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import { below, type Node, type Read, readObject, readText, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { readSecret } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import type { ChannelSection } from './channels.ts'
import { readWebhookPath } from './webhook-path.ts'

/** Where the Graph API is unless `apiRoot` says otherwise. */
export const WHATSAPP_API_ROOT = 'https://graph.facebook.com'
/** Where Meta calls the gateway unless `webhookPath` says otherwise. */
export const WHATSAPP_WEBHOOK_PATH = '/whatsapp/webhook'

const KEYS: readonly WhatsappCloudKey[] = [
  ...(['phoneNumberId', 'accessToken', 'appSecret', 'verifyToken'] as const),
]

/** An account that Meta calls. */
export interface CloudPlace {
  readonly section: ChannelSection
  readonly account: AccountId
  /** Nearest first. */
  readonly levels: readonly Node[]
  /** All accounts of the channel that are called. */
  readonly called: readonly AccountId[]
}

/** True where the channel's own level has a key of one number: it is the account `default`. */
export function hasCloudKeys(level: Node): boolean {
  const { value } = below(level, 'cloud')
  return isObject(value) && KEYS.some((key) => Object.hasOwn(value, key))
}

/** Reads `cloud`. Nothing but `apiRoot` is inherited: a number and its secrets are one account's. */
export function readCloud(place: CloudPlace): WhatsappCloudConfig {
  const { account, levels } = place
  const sections = levels.map((level) => below(level, 'cloud'))
  for (const node of sections) {
    readObject(node)
    warnUnknownKeys(node, [...KEYS, 'apiRoot'])
  }
  const own = account === DEFAULT_ACCOUNT ? sections : sections.slice(0, 1)
  const apiRoot = readApiRoot(sections)
  const webhookPath = readWebhookPath(place, WHATSAPP_WEBHOOK_PATH)
  const isUsable = apiRoot !== WRONG && webhookPath !== WRONG
  const read = Object.fromEntries(KEYS.map((key) => [key, readKey(own, key)]))
  const usable = (key: WhatsappCloudKey): string | undefined =>
    isUsable ? read[key]?.value : undefined
  return {
    phoneNumberId: usable('phoneNumberId'),
    accessToken: usable('accessToken'),
    appSecret: usable('appSecret'),
    verifyToken: usable('verifyToken'),
    sourceOf: Object.fromEntries(KEYS.map((key) => [key, read[key]?.source ?? ''])),
    webhookPath: webhookPath === WRONG ? undefined : webhookPath,
    apiRoot: apiRoot === WRONG ? WHATSAPP_API_ROOT : (apiRoot ?? WHATSAPP_API_ROOT),
  }
}

interface Key {
  readonly value: string | undefined
  /** Where it came from, or where to put one. */
  readonly source: string
}

/** The nearest level that names a key decides, also when it cannot be read. */
function readKey(sections: readonly Node[], key: WhatsappCloudKey): Key {
  const nodes = sections.map((section) => below(section, key))
  const node = nodes.find(({ value }) => value !== undefined)
  const [nearest] = nodes
  if (node === undefined) return { value: undefined, source: spelled(nearest?.path ?? []) }
  const text = key === 'phoneNumberId' ? readNumberId(node) : readSecret(node)
  const source = `${spelled(node.path)} in ${node.report.fileOf(node.path)}`
  return { value: text === WRONG ? undefined : text, source }
}

/** Digits, in quotes or not. */
function readNumberId(node: Node): Read<string> {
  const { value } = node
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    return wrong(node, 'is a number that does not keep all its digits', 'Write it in quotes.')
  const text = typeof value === 'number' ? String(value) : readText(node, 64)
  if (typeof text !== 'string' || /^[1-9]\d{4,24}$/.test(text)) return text
  return wrong(
    node,
    text.startsWith('+') ? 'is the phone number itself' : 'is no phone number ID',
    'Write the “Phone number ID” of WhatsApp → API Setup at developers.facebook.com, which is digits alone.',
  )
}

function readApiRoot(sections: readonly Node[]): Read<string> {
  const node = sections
    .map((section) => below(section, 'apiRoot'))
    .find(({ value }) => value !== undefined)
  const url = node && readUrl(node)
  if (node === undefined || url === undefined) return undefined
  if (url === WRONG) return WRONG
  if (url.search !== '')
    return wrong(node, 'is more than the root', 'Remove everything from "?" on.')
  if (/^\/v\d+(?:\.\d+)?(?:\/|$)/.test(url.pathname))
    return wrong(node, 'has a version in it', 'Remove it and what follows; the version is ours.')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
