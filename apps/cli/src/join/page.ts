import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { span } from '../output/time.ts'
import type { JoinSetting } from './setting.ts'

/** Who joins what. */
export interface Joining {
  readonly urls: readonly string[]
  readonly name: string
  readonly deviceId: string
  readonly fingerprint: readonly string[]
  /** Whether with a setup code, or as before. */
  readonly by: 'setup-code' | 'key'
}

/** A try that came to nothing. */
export interface NotReached {
  readonly url: string
  readonly reason: string
  readonly message: string
  readonly retryInMs: number
  /** When it will be given up, in ms from now; `undefined`: it is tried for ever, or there is another address. */
  readonly givesUpInMs: number | undefined
}

/** A request that waits for the owner. */
export interface Waiting {
  readonly requestId: string | undefined
  readonly approveCommand: string
}

/** Where joining tells how it goes: text for a person, or one object a line. */
export interface JoinPage {
  readonly joining: (who: Joining) => void
  readonly notReached: (what: NotReached) => void
  /** The gateway answers, and will do so later; `code` says why not now. */
  readonly later: (code: string, retryInMs: number) => void
  readonly waiting: (request: Waiting) => void
  readonly connected: (at: { readonly url: string; readonly version: string }) => void
  readonly lost: (message: string) => void
  readonly notKept: (message: string) => void
  readonly ended: () => void
  /** Takes back what changes by itself; said before anything else is printed here. */
  readonly rest: () => void
}

/** The page that was asked for. */
export function joinPage(setting: JoinSetting): JoinPage {
  return setting.json ? jsonPage(setting) : textPage(setting)
}

function jsonPage({ screen: { json } }: JoinSetting): JoinPage {
  const say = (event: string, more: object = {}) => json({ event, ...more })
  return {
    joining: (who) => say('joining', who),
    notReached: (what) => say('not-reached', what),
    later: (reason, retryInMs) => say('later', { reason, retryInMs }),
    waiting: ({ requestId = null, approveCommand }) =>
      say('waiting', { requestId, approve: approveCommand }),
    connected: (at) => say('connected', at),
    lost: (message) => say('lost', { message }),
    notKept: (message) => say('not-kept', { message }),
    ended: () => say('ended'),
    rest: () => {},
  }
}

const SECOND_MS = 1_000

const LATER: ReadonlyMap<string, string> = new Map([
  ['PAIRING_LIST_FULL', 'As many devices wait there as may'],
  ['AUTH_RATE_LIMITED', 'Too many wrong secrets came to that gateway from here'],
])

function textPage({ screen: { out, err }, program, now, isOnce }: JoinSetting): JoinPage {
  const { bold, dim, green, yellow } = out.style
  const clock = ticking(out, now)
  const line = (text: string) => {
    clock.clear()
    out.line(text)
  }
  let isFirst = true
  return {
    joining: ({ urls: [url = '', ...others], name, fingerprint, by }) => {
      line(`${by === 'key' ? 'Connecting to' : 'Joining'} ${bold(safe(url))}`)
      if (others.length > 0) line(`  or       ${others.map(safe).join(', ')}`)
      line(`  As       ${safe(name)}`)
      line(
        `  Key      ${fingerprint.join(' ')} ${dim('(the same words where the owner is asked)')}`,
      )
    },
    notReached: (what) => {
      // The error that ends it says the same.
      if (what.givesUpInMs !== 0) line(yellow(`${unreached(what)}; ${goesOn(what)}`))
    },
    later: (code, ms) => line(yellow(`${LATER.get(code) ?? code}; again in ${span(ms)}`)),
    waiting: ({ approveCommand }) => {
      line(`${bold('Waiting for the owner.')} There: /pair approve in the chat with the bot,`)
      line(`  or on the gateway's machine: ${approveCommand}`)
      clock.begin('Waiting for the owner')
    },
    connected: ({ url, version }) => {
      clock.stop()
      line(`${green('Connected')} to ${safe(url)} (gateway ${safe(version)}).`)
      const again = `${program} node join connects again, without a code.`
      if (isFirst) line(dim(isOnce ? again : `Ctrl-C ends it; ${again}`))
      isFirst = false
    },
    lost: (message) => line(yellow(`${message}; connecting again`)),
    notKept: (message) => {
      clock.clear()
      err.line(`warning: ${message}; the next time it will not know where the gateway is`)
    },
    ended: () => {
      clock.stop()
      line('Ended.')
    },
    rest: clock.stop,
  }
}

const SILENT = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/

function unreached({ url, reason, message }: NotReached): string {
  const isSilent = reason === 'ERR_CONNECT_TIMEOUT' || SILENT.test(message)
  return isSilent ? `Nobody answers at ${safe(url)}` : `${message} (${safe(url)})`
}

/** A moment has passed when it is said. */
const inSeconds = (ms: number): number => Math.ceil(ms / SECOND_MS) * SECOND_MS

/** Said once, so that it must hold for all the tries. */
function goesOn({ retryInMs, givesUpInMs }: NotReached): string {
  if (retryInMs === 0) return 'trying the next address'
  return givesUpInMs === undefined ? 'trying on' : `trying for ${span(inSeconds(givesUpInMs))}`
}

/** A last line that counts seconds; only where a terminal can take it back. */
function ticking(out: Page, now: () => number) {
  const isLive = out.isTerminal && out.style.bold('x') !== 'x'
  let timer: NodeJS.Timeout | undefined
  const clear = () => {
    if (timer !== undefined) out.raw('\r\u001b[K')
  }
  const stop = () => {
    clear()
    clearInterval(timer)
    timer = undefined
  }
  return {
    clear,
    stop,
    begin: (text: string) => {
      if (!isLive || timer !== undefined) return
      const since = now()
      const show = () => out.raw(`\r\u001b[K${out.style.dim(`${text} … ${span(now() - since)}`)}`)
      timer = setInterval(show, SECOND_MS)
      show()
    },
  }
}
