import { PROBE_CHARS, PROBE_MS } from '../limits.ts'
import { parseObject } from './private-files.ts'

/** Where somebody else listens. */
export interface Place {
  readonly host: string
  readonly port: number
}

const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

/** The address as part of a URL; a wildcard becomes the loopback that it includes. */
export function urlHost(host: string): string {
  return WILDCARDS[host] ?? (host.includes(':') ? `[${host}]` : host)
}

/** Who holds a port, in words; asks them, in clear and then with TLS. */
export async function portHolder(place: Place): Promise<string> {
  const at = `${urlHost(place.host)}:${String(place.port)}`
  const health = (await ask(`http://${at}/healthz`)) ?? (await askTls(`https://${at}/healthz`))
  if (health !== undefined && parseObject(health)?.['product'] === 'openclaw-pairing') {
    return 'another gateway of OpenClaw Pairing'
  }
  const page = (await ask(`http://${at}/`)) ?? (await askTls(`https://${at}/`))
  if (page === undefined) return 'another program'
  return /openclaw|clawdbot|moltbot/i.test(page)
    ? 'a gateway of OpenClaw (openclaw gateway stop)'
    : 'another program'
}

async function ask(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(PROBE_MS)
    const response = await fetch(url, { signal, redirect: 'manual' })
    return (await response.text()).slice(0, PROBE_CHARS)
  } catch {
    return undefined
  }
}

/** Whoever it is may show any certificate: nothing is told to them, and only their name is wanted. */
async function askTls(url: string): Promise<string | undefined> {
  const { get } = await import('node:https')
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PROBE_MS)
    const request = get(url, { rejectUnauthorized: false, agent: false, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > PROBE_CHARS) request.destroy()
      })
      response.on('close', () => resolve(text.slice(0, PROBE_CHARS)))
    })
    request.on('error', () => resolve(undefined))
  })
}
