import type { JsonObject } from '@openclaw/pairing-contracts'
import { isObject } from '../read/document.ts'
import { inUrl, reachOfAddress } from './host.ts'
import type { TailscaleStatus } from './types.ts'

/** The name that Tailscale gives to this machine, or why there is none. */
export type TailscaleName =
  | { readonly ok: true; readonly host: string; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly fix: string }

const LABELS = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/i
const ANOTHER_LOOK = 'See what `tailscale status --json` says'

/** Reads what `tailscale status --json` came to. */
export function tailscaleName(status: TailscaleStatus): TailscaleName {
  switch (status.outcome) {
    case 'missing':
      return no('there is no program `tailscale` here', 'Install Tailscale, or put it on PATH')
    case 'slow':
      return no(
        '`tailscale status --json` did not answer within 5 seconds',
        'See whether tailscaled runs',
      )
    case 'too-long':
      return no('`tailscale status --json` said more than it could have to', ANOTHER_LOOK)
    case 'failed':
      return no(`\`tailscale status --json\` failed (${status.why})`, 'See whether tailscaled runs')
    case 'answered':
      return nameIn(status.text)
  }
}

function nameIn(text: string): TailscaleName {
  const json = parsed(text)
  const self = json?.['Self']
  if (json === undefined || !isObject(self))
    return no('`tailscale status --json` said nothing that could be read', ANOTHER_LOOK)
  const state = json['BackendState']
  if (typeof state === 'string' && state !== 'Running') {
    const shown = /^\w{1,32}$/.test(state) ? ` (${state})` : ''
    return no(`Tailscale is not connected${shown}`, 'Connect it: tailscale up')
  }
  return named(self)
}

function named(self: JsonObject): TailscaleName {
  const dns = self['DNSName']
  const name = typeof dns === 'string' ? dns.replace(/\.$/, '').toLowerCase() : ''
  if (LABELS.test(name)) return { ok: true, host: name, warnings: [] }
  const ips = self['TailscaleIPs']
  const ip = Array.isArray(ips) ? ips.find(isTailnetAddress) : undefined
  if (ip === undefined) return no('Tailscale has no name and no address for this machine', UP)
  return {
    ok: true,
    host: inUrl(ip),
    warnings: [
      'Tailscale has no name for this machine, only an address, and certificates are made for names: turn MagicDNS on',
    ],
  }
}

const UP = 'Connect it (tailscale up), and turn MagicDNS on'

function isTailnetAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 45 && reachOfAddress(value) === 'tailnet'
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json as JsonObject) ? (json as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function no(problem: string, fix: string): TailscaleName {
  return { ok: false, problem, fix }
}
