import { PROBE_MS } from '../limits.ts'
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

/** Who holds a port, in words; asks them. */
export async function portHolder({ host, port }: Place): Promise<string> {
  const base = `http://${urlHost(host)}:${String(port)}`
  const health = await ask(`${base}/healthz`)
  if (health !== undefined && parseObject(health)?.['product'] === 'openclaw-pairing') {
    return 'another gateway of OpenClaw Pairing'
  }
  const page = await ask(`${base}/`)
  if (page === undefined) return 'another program'
  return /openclaw|clawdbot|moltbot/i.test(page)
    ? 'a gateway of OpenClaw (openclaw gateway stop)'
    : 'another program'
}

async function ask(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(PROBE_MS)
    const response = await fetch(url, { signal, redirect: 'manual' })
    return (await response.text()).slice(0, 100_000)
  } catch {
    return undefined
  }
}
