/**
 * The layers, lowest first. Beside them: `dev`, what tests use; `tooling`, what builds use; `rig`, real parts of several
 * layers put together for tests of one; `top`, what uses everything as a user would (examples, measurements).
 */
export type Layer = 'L0' | 'L1' | 'L2' | 'L3' | 'L4' | 'dev' | 'tooling' | 'rig' | 'top'

/** The layer of each folder. A new package gets its line here and the same tag in its `turbo.json`. */
export const layerOf: Readonly<Record<string, Layer>> = {
  'packages/contracts': 'L0',
  'packages/pairing-code': 'L1',
  'packages/credential-store': 'L1',
  'packages/authority': 'L1',
  'packages/pairing-protocol': 'L1',
  'packages/channel-kit': 'L1',
  'packages/credential-store-postgres': 'L2',
  'packages/dm-pairing': 'L2',
  'packages/device-pairing': 'L2',
  'packages/channels/imessage': 'L2',
  'packages/channels/signal': 'L2',
  'packages/channels/telegram': 'L2',
  'packages/channels/discord': 'L2',
  'packages/channels/slack': 'L2',
  'packages/channels/webchat': 'L2',
  'packages/channels/whatsapp': 'L2',
  'packages/config': 'L2',
  'packages/gateway-session': 'L3',
  'packages/owner-notices': 'L3',
  'packages/owner-chat': 'L3',
  'packages/pairing': 'L3',
  'packages/testing': 'dev',
  'apps/gateway': 'L4',
  'apps/cli': 'L4',
  'tooling/bench': 'top',
  'tooling/emulators': 'tooling',
  'tooling/postgres': 'tooling',
  'tooling/gate': 'rig',
  'tooling/layers': 'tooling',
  'tooling/package-check': 'tooling',
  'tooling/tsconfig': 'tooling',
  'tooling/tsup-config': 'tooling',
}

/** What the shipped code of a layer may import. */
export const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  L0: [],
  L1: ['L0'],
  L2: ['L0', 'L1'],
  L3: ['L0', 'L1', 'L2'],
  L4: ['L0', 'L1', 'L2', 'L3'],
  dev: ['L0'],
  top: ['L0', 'L1', 'L2', 'L3', 'L4', 'tooling'],
  tooling: ['tooling'],
  rig: ['L0', 'L1', 'L2', 'dev'],
}

/** Flows know ports; backends and channels are given to them. */
export const flows: readonly string[] = ['packages/dm-pairing', 'packages/device-pairing']

/** What a flow must never name. */
export const neverInFlows: readonly RegExp[] = [
  /^@openclaw\/credential-store/,
  /^@openclaw\/channel-/,
  /^@openclaw\/pairing-config$/,
]

/** The front door: apps import it, what it is made of, and the contracts. */
export const frontDoor = '@openclaw/pairing'

/** What apps import besides: channels that they connect, the words for who acted, the lives of connections and their frames, what owners write in chat and are told there. */
export const besideTheDoor: readonly RegExp[] = [
  /^@openclaw\/channel-/,
  /^@openclaw\/pairing-authority$/,
  /^@openclaw\/pairing-session$/,
  /^@openclaw\/pairing-owner-notices$/,
  /^@openclaw\/pairing-owner-chat$/,
  /^@openclaw\/pairing-protocol(\/client)?$/,
]

/** One app may start another: the CLI's `gateway` command. */
export const appsInApps: Readonly<Record<string, readonly string[]>> = {
  'apps/cli': ['@openclaw/pairing-gateway'],
}
