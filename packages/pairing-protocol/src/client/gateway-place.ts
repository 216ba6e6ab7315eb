import { isOpenClawError } from '@openclaw/pairing-contracts'
import { MAX_SETUP_URLS } from '../limits.ts'
import type { SetupPayload } from '../setup-payload.ts'
import { parseGatewayUrl } from './gateway-url.ts'

/** Where a gateway is, without any secret: what a device that was joined keeps, to find it again. */
export interface GatewayPlace {
  readonly url: string
  readonly urls?: readonly string[]
  readonly tlsFingerprint?: string
  /** What the device calls itself there. */
  readonly displayName?: string
  /** `key`: the gateway takes the device's key alone, as ours do, so that no token needs to be kept. */
  readonly credential?: 'key'
}

/**
 * Where a setup code leads, in the order to try. Addresses that would send secrets in clear over the open network are
 * left out, unless there are no others.
 *
 * @throws `GatewayUrlRefused` where none can be used
 */
export function placeOfSetup({ url, urls = [], tlsFingerprint }: SetupPayload): GatewayPlace {
  const read = [url, ...urls].map(readUrl)
  const usable = read.flatMap((each) => ('url' in each ? [each.url] : []))
  const [first, ...others] = usable
  if (first === undefined) throw read.find((each) => 'problem' in each)?.problem
  const further = [...new Set(others)].filter((each) => each !== first).slice(0, MAX_SETUP_URLS)
  const isPinned = tlsFingerprint !== undefined && usable.some((each) => each.startsWith('wss:'))
  return {
    url: first,
    ...(further.length === 0 ? {} : { urls: further }),
    ...(isPinned ? { tlsFingerprint } : {}),
  }
}

function readUrl(typed: string): { readonly url: string } | { readonly problem: unknown } {
  try {
    return { url: parseGatewayUrl(typed, 'private').href }
  } catch (problem) {
    if (isOpenClawError(problem)) return { problem }
    throw problem
  }
}
