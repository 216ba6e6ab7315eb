import { isText } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog } from '@openclaw/pairing-contracts'
import { isRecord } from '../json.ts'
import type { BlueBubblesTiming } from '../limits.ts'
import { type ApiAnswer, type BlueBubblesApi, isUnknownCall } from './client.ts'
import type { BlueBubblesOptions } from './types.ts'

/** What registering works with. */
export interface RegistrationComponents {
  readonly options: BlueBubblesOptions
  readonly api: BlueBubblesApi
  readonly timing: BlueBubblesTiming
  readonly log: ChannelLog
  readonly signal: AbortSignalLike
}

/** Sees to it that the server tells of new messages. */
export interface Registration {
  /** Asks for the list and adds what is missing; the answer when that was not possible. True: messages are told of. */
  readonly check: () => Promise<{ readonly isTold: boolean } | { readonly failed: ApiAnswer }>
}

/** Nothing checked yet; what the operator has to do is said once. */
export function registration(components: RegistrationComponents): Registration {
  const { options, api, timing, log, signal } = components
  const bounds = { ms: timing.requestMs, stop: signal }
  let told = ''
  const say = (words: string, fix: string): void => {
    if (words === told) return
    told = words
    log('warn', 'bluebubbles-no-webhook', { reason: words, fix })
  }
  return {
    check: async () => {
      const listed = await api.get('webhook', bounds)
      if (isUnknownCall(listed)) {
        say('the server has no list of webhooks; it is asked every few seconds instead', UPDATE)
        return { isTold: false }
      }
      if (listed.kind !== 'ok') return { failed: listed }
      const known = webhooksIn(listed.data)
      if (known.some((each) => isOurs(options, each))) return { isTold: true }
      if (options.webhookUrl === undefined) {
        say(
          'nobody told the server where the gateway is; it is asked every few seconds instead',
          pasteThis(options),
        )
        return { isTold: false }
      }
      const added = await api.post('webhook', wanted(options, options.webhookUrl), bounds)
      if (added.kind !== 'ok') return { failed: added }
      log('info', 'bluebubbles-webhook-added', { url: options.webhookUrl })
      return { isTold: true }
    },
  }
}

const UPDATE = 'Bring the BlueBubbles app up to date: 1.0 knows webhooks.'

interface Webhook {
  readonly url: string
  readonly events: readonly unknown[]
}

function webhooksIn(data: unknown): readonly Webhook[] {
  if (!Array.isArray(data)) return []
  return data.filter(isRecord).flatMap((each) => {
    const { url, events } = each
    return isText(url) ? [{ url, events: Array.isArray(events) ? events : [] }] : []
  })
}

/** Ours as we would add it; where the operator does, whatever leads to our path. */
function isOurs(options: BlueBubblesOptions, { url, events }: Webhook): boolean {
  const hears = events.some(
    (event) => event === '*' || event === 'new-message' || isLabelled(event),
  )
  if (!hears || !URL.canParse(url)) return false
  if (options.webhookUrl !== undefined) return url === wanted(options, options.webhookUrl).url
  return new URL(url).pathname.endsWith(options.webhookPath)
}

/** Some servers list events with their label. */
const isLabelled = (event: unknown): boolean =>
  isRecord(event) && ['*', 'new-message'].includes(String(event['value']))

function wanted({ webhookSecret, password }: BlueBubblesOptions, webhookUrl: string) {
  const url = new URL(webhookUrl)
  url.searchParams.set('password', webhookSecret ?? password)
  return { url: url.href, events: ['new-message'] }
}

const pasteThis = ({ webhookPath, webhookSecret }: BlueBubblesOptions): string =>
  `Set channels.bluebubbles.webhookUrl to the gateway's address as the Mac sees it, or paste it in the BlueBubbles app under API & Webhooks, event "New Messages": http://<gateway>:<port>${webhookPath}?password=<your ${webhookSecret === undefined ? 'password' : 'webhookSecret'}>`
