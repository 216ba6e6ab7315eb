import { MAX_SETUP_URLS } from '../limits.ts'
import type { Config } from '../types.ts'
import { inUrl, mayBePlain, type Reach, reachOfAddress } from './host.ts'
import type { SetupMachine, SetupSource } from './types.ts'

/** Addresses of the gateway itself, or why there are none. */
export type DirectUrls =
  | { readonly ok: true; readonly urls: readonly string[]; readonly source: SetupSource }
  | { readonly ok: false; readonly problem: string; readonly fix?: string }

const TLS = 'Turn TLS on: write gateway.tls.enabled: true, and start the gateway again'

/** What devices reach without anybody in between: what `gateway.bind` opens. */
export function directUrls(
  { gateway: { bind } }: Pick<Config, 'gateway'>,
  { gateway, addresses }: SetupMachine,
): DirectUrls {
  if (reachOfAddress(gateway.host) === 'loopback') return closed(bind, gateway)
  const isEverywhere = gateway.host === '0.0.0.0' || gateway.host === '::'
  // 0.0.0.0 is everywhere in IPv4 alone.
  const own = addresses().filter((each) => gateway.host === '::' || !each.includes(':'))
  const all = (isEverywhere ? own : [gateway.host]).map(found)
  const usable = all.filter(({ reach }) => isUsable(reach, gateway.tls))
  const sorted = [...usable].sort((a, b) => RANK[a.reach] - RANK[b.reach])
  if (sorted.length === 0) return none(all)
  if (gateway.tls === 'not-made')
    return {
      ok: false,
      problem: 'the gateway makes its certificate at its first start, and devices have to know it',
      fix: 'Start the gateway, and try again: openclaw gateway',
    }
  const scheme = gateway.tls === 'off' ? 'ws' : 'wss'
  const urls = sorted
    .slice(0, MAX_SETUP_URLS)
    .map(({ address }) => `${scheme}://${inUrl(address)}:${String(gateway.port)}`)
  return { ok: true, urls, source: sourceOf(isEverywhere, sorted[0]?.reach) }
}

interface Found {
  readonly address: string
  readonly reach: Reach
}

const found = (address: string): Found => ({ address, reach: reachOfAddress(address) })

const RANK: Readonly<Record<Reach, number>> = {
  private: 0,
  tailnet: 1,
  public: 2,
  loopback: 3,
  nowhere: 4,
}

function isUsable(reach: Reach, tls: SetupMachine['gateway']['tls']): boolean {
  if (reach === 'loopback' || reach === 'nowhere') return false
  return tls !== 'off' || mayBePlain(reach)
}

/** By what is, not by what is written: the gateway that runs may have begun with something else. */
function sourceOf(isEverywhere: boolean, reach: Reach | undefined): SetupSource {
  if (isEverywhere) return 'gateway.bind=lan'
  return reach === 'tailnet' ? 'gateway.bind=tailnet' : 'gateway.bind=custom'
}

function closed(bind: string, { host, runs }: SetupMachine['gateway']): DirectUrls {
  const isWider = bind !== 'loopback' && bind !== 'auto'
  if (runs && isWider) {
    return {
      ok: false,
      problem: `gateway.bind is "${bind}", but the gateway that runs listens on ${host} alone`,
      fix: 'End the gateway and start it again, so that it takes gateway.bind over: openclaw gateway',
    }
  }
  return {
    ok: false,
    problem: `the gateway listens on ${host} alone, which no other machine reaches`,
  }
}

function none(all: readonly Found[]): DirectUrls {
  const beyond = all.find(({ reach }) => reach === 'public' || reach === 'tailnet')
  if (beyond === undefined)
    return {
      ok: false,
      problem: 'this machine has no address in a network',
      fix: 'Connect this machine to the network that the device is in',
    }
  const where = beyond.reach === 'tailnet' ? 'the tailnet' : 'the internet'
  return {
    ok: false,
    problem: `this machine is reached by ${where} alone, where ws:// would send the setup secret in clear`,
    fix: TLS,
  }
}
