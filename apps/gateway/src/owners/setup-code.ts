import type { NodePairing } from '@openclaw/pairing/node'
import { type NoSetupUrl, setupUrlsOf } from '@openclaw/pairing-config'
import { nodeFiles, setupMachine } from '@openclaw/pairing-config/node'
import type { ChatOwner, MadeCode, NoCode } from '@openclaw/pairing-owner-chat'
import { encodeSetupCode, encodeSetupCodeToScan } from '@openclaw/pairing-protocol'
import type { Claim } from '../claim.ts'

/** What {@link setupCodes} works with. */
export interface SetupCodesComponents {
  readonly pairing: Pick<NodePairing, 'config' | 'devices'>
  readonly claim: Pick<Claim, 'listener' | 'tls'>
}

/** Owners alone read it: it names a path of this machine. */
function switchedOff(file: string): NoCode {
  return {
    problem: 'setup codes are switched off in the configuration.',
    fixes: [
      `On the gateway's machine, write plugins.entries.device-pair.enabled: true into ${file}.`,
    ],
  }
}

function noAddress({ problem, fixes, file }: NoSetupUrl): NoCode {
  return {
    problem: `${problem}.\nWays out, on the gateway's machine; what is written goes into ${file}`,
    fixes,
  }
}

/** Makes setup codes for owners in chat: first the address, so that no code is made that leads nowhere. */
export function setupCodes({
  pairing,
  claim,
}: SetupCodesComponents): (owner: ChatOwner) => Promise<MadeCode | NoCode> {
  return async (owner) => {
    const config = pairing.config()
    if (!config.devicePair.enabled) return switchedOff(config.paths.configPath)
    const running = {
      host: config.gateway.host,
      port: claim.listener.port,
      tlsFingerprint: claim.tls?.current().fingerprint,
    }
    const urls = await setupUrlsOf(config, setupMachine({ config, files: nodeFiles(), running }))
    if (!urls.ok) return noAddress(urls)
    const made = await pairing.devices().pairing.setup.create(owner)
    if (made.outcome === 'denied') return { problem: made.why, fixes: [made.fix] }
    if (made.outcome === 'full') return tooMany(made.live)
    const { setup, secret } = made
    const content = { ...urls, bootstrapToken: secret, expiresAtMs: setup.expiresAt }
    const { url, warnings } = urls
    const codes = {
      code: encodeSetupCode(content),
      codeToScan: encodeSetupCodeToScan(content),
    }
    return { ...codes, expiresAt: setup.expiresAt, url, warnings }
  }
}

function tooMany(live: number): NoCode {
  return {
    problem: `${String(live)} setup codes live already.`,
    fixes: ['End yours with /pair cancel.', 'One that no device shows ends after 10 minutes.'],
  }
}
