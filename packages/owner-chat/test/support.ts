import type { ShownRequest } from '@openclaw/device-pairing'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { ChatOwner } from '../src/index.ts'

export const ANN: ChatOwner = {
  kind: 'owner',
  channel: 'telegram',
  account: 'default',
  senderId: '1001',
}
export const BOB: ChatOwner = { ...ANN, senderId: '1002' }

/** A request as `devices.list` shows it. */
export function request(over: Partial<ShownRequest> = {}): ShownRequest {
  return {
    requestId: 'device-aaaaaaaaaaaa',
    deviceId: 'ab'.repeat(32),
    publicKey: 'k'.repeat(43),
    description: {
      displayName: 'Kitchen',
      platform: 'ios 18.4',
      clientId: 'openclaw-ios',
      clientMode: 'node',
    },
    address: '192.168.1.20',
    createdAt: 0 as EpochMs,
    lastAskedAt: 0 as EpochMs,
    expiresAt: 300_000 as EpochMs,
    askedBy: 'setup-code',
    fingerprint: ['apple', 'bell', 'cloud', 'door', 'east', 'frog'],
    reason: 'not-paired',
    role: 'node',
    scopes: [],
    commands: ['camera.snap', 'location.get'],
    granted: [],
    difference: ['role node', 'command camera.snap', 'command location.get'],
    digest: `${'0'.repeat(64)}.11111111.11111111.11111111.11111111.11111111`,
    ...over,
  }
}
