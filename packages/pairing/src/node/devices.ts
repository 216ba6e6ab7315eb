import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import {
  type DeviceDocumentOptions,
  type DevicePairing,
  type DevicePairingOptions,
  deviceDocumentFamilies,
  devicePairing,
  type LegacyNodes,
  legacyNodes,
  type OwnerActor,
  type Sha256Bytes,
  type VerifyEd25519,
} from '@openclaw/device-pairing'
import type { Config } from '@openclaw/pairing-config'
import type {
  Clock,
  CredentialStore,
  RandomBytes,
  RecoverableFamily,
  Sha256,
} from '@openclaw/pairing-contracts'

/** The door for devices on a store, and the store of the old pairing of nodes beside it. */
export interface Devices {
  readonly pairing: DevicePairing
  readonly legacyNodes: LegacyNodes
  /** Writes what was only counted, once more. */
  readonly close: () => Promise<void>
}

/** What {@link devicesOn} works with. */
export interface DevicesComponents {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly isOwner: (owner: OwnerActor) => boolean
  /** Undefined: nothing is tidied up, because the store takes no changes. */
  readonly tidyMs: number | undefined
}

const sha256Bytes: Sha256Bytes = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** A proof is tried as one version and as the other, so the same key is asked twice: it is read once. */
function verifier(): VerifyEd25519 {
  let last: { readonly raw: Uint8Array; readonly key: KeyObject } | undefined
  const keyOf = (raw: Uint8Array): KeyObject => {
    if (last === undefined || Buffer.compare(last.raw, raw) !== 0) {
      // read as JWK, for OpenSSL takes ten times as long to read DER
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }
      last = { raw, key: createPublicKey({ key: jwk, format: 'jwk' }) }
    }
    return last.key
  }
  return (publicKey, message, signature) => {
    try {
      return verify(null, Buffer.from(message), keyOf(publicKey), signature)
    } catch {
      return false
    }
  }
}

/** Puts the door for devices on a store, and tidies up behind it. */
export function devicesOn(
  { tidyMs, ...ports }: DevicesComponents,
  options: DevicePairingOptions,
): Devices {
  const pairing = devicePairing({ ...ports, sha256Bytes, verifyEd25519: verifier() }, options)
  const nodes = legacyNodes(ports)
  // It comes again by itself; whoever asks next is told when the store cannot answer.
  const tidy = async (when: 'due' | 'closing'): Promise<void> => {
    await Promise.allSettled([pairing.housekeeping(when), nodes.housekeeping()])
  }
  const timer = tidyMs === undefined ? undefined : setInterval(() => void tidy('due'), tidyMs)
  timer?.unref()
  return {
    pairing,
    legacyNodes: nodes,
    close: async () => {
      if (timer === undefined) return
      clearInterval(timer)
      await tidy('closing')
    },
  }
}

/** What the operator decided about devices. */
export function deviceSettings({ devices }: Config): DevicePairingOptions {
  return {
    maxWaiting: devices.maxPending,
    autoApproveLocal: devices.autoApproveLocal ? 'nodes' : 'off',
  }
}

/** `devices/*.json` and `nodes/*.json` as files of a store. */
export function deviceFamilies(
  sha256: Sha256,
  options: DeviceDocumentOptions,
): readonly RecoverableFamily[] {
  return deviceDocumentFamilies({ sha256, sha256Bytes }, options)
}
