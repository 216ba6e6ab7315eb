import { type AddressFault, addressFault } from '@openclaw/pairing-channel-kit'
import { WhatsappApiRootInvalid } from '../errors.ts'

/** Where Meta's Graph API is. */
export const WHATSAPP_API_ROOT = 'https://graph.facebook.com'

/** The version of the Graph API whose wire this is. */
const GRAPH_VERSION = 'v25.0'

const FAULTS: Readonly<Record<AddressFault, string>> = {
  'no-url': 'is no URL',
  'in-clear': 'would send the access token in clear',
  credentials: 'must be the root alone',
  more: 'must be the root alone',
}

/**
 * What paths of the Graph API begin with, version included, without a slash at the end.
 *
 * @throws {@link WhatsappApiRootInvalid} unless it is https, or http on this machine
 */
export function parseApiRoot(apiRoot: string): string {
  const fault = addressFault(apiRoot, 'http')
  if (fault !== undefined) throw new WhatsappApiRootInvalid(FAULTS[fault])
  const { origin, pathname } = new URL(apiRoot)
  return `${origin}${pathname.replace(/\/+$/, '')}/${GRAPH_VERSION}`
}
