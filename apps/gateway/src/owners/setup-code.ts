import type { NodePairing } from '@openclaw/pairing/node'
import { setupUrlsOf } from '@openclaw/pairing-config'
import { nodeFiles, setupMachine } from '@openclaw/pairing-config/node'
import type { ChatOwner, MadeCode, NoCode } from '@openclaw/pairing-owner-chat'
import { encodeSetupCode } from '@openclaw/pairing-protocol'
import type { Claim } from '../claim.ts'

/** What {@link setupCodes} works with. */
export interface SetupCodesComponents {
  readonly pairing: Pick<NodePairing, 'config' | 'devices'>
  readonly claim: Pick<Claim, 'listener' | 'tls'>
}

const SWITCHED_OFF: NoCode = {
  problem: 'setup codes are switched off in the configuration.',
  fixes: ['Set plugins.entries.device-pair.enabled to true.'],
}

/** Makes setup codes for owners in chat: first the address, so that no code is made that leads nowhere. */
export function setupCodes({
  pairing,
  claim,
}: SetupCodesComponents): (owner: ChatOwner) => Promise<MadeCode | NoCode> {
  return async (owner) => {
    const config = pairing.config()
    if (!config.devicePair.enabled) return SWITCHED_OFF
    const running = {
      host: config.gateway.host,
      port: claim.listener.port,
      tlsFingerprint: claim.tls?.current().fingerprint,
    }
    const urls = await setupUrlsOf(config, setupMachine({ config, files: nodeFiles(), running }))
    if (!urls.ok) return { problem: `${urls.problem}.`, fixes: urls.fixes }
    const made = await pairing.devices().pairing.setup.create(owner)
    if (made.outcome === 'denied') return { problem: made.why, fixes: [made.fix] }
    if (made.outcome === 'full') return tooMany(made.live)
    const { setup, secret } = made
    const content = { ...urls, bootstrapToken: secret, expiresAtMs: setup.expiresAt }
    const { url, warnings } = urls
    return { code: encodeSetupCode(content), expiresAt: setup.expiresAt, url, warnings }
  }
}

function tooMany(live: number): NoCode {
  return {
    problem: `${String(live)} setup codes live already.`,
    fixes: ['End yours with /pair cancel.', 'One that no device shows ends after 10 minutes.'],
  }
}
