import type { ActorKind } from '@openclaw/pairing-contracts'
import {
  anotherDevice,
  localNode,
  noOwner,
  notAbove,
  onlyItself,
  pairingScope,
  wasShown,
  within,
} from './device-rules.ts'
import {
  aboutOthers,
  all,
  forItself,
  knownToOwners,
  locally,
  madeLocally,
  may,
  owners,
  type Rule,
  scope,
  shown,
} from './rules.ts'
import type { Action } from './types.ts'

/** Actions that are always decided alike. */
export type ActionGroup =
  | 'request'
  | 'read'
  | 'approve'
  | 'decide'
  | 'owners'
  | 'crown'
  | 'audit'
  | 'inspect'
  | 'mend'
  | DeviceGroup

type OtherGroup = Exclude<ActionGroup, DeviceGroup>

/** Those about devices and nodes. */
type DeviceGroup =
  | 'ask'
  | 'see'
  | 'admit'
  | 'order'
  | 'manage'
  | 'change'
  | 'renew'
  | 'own'
  | 'old'
  | 'oldAdmit'

/** The group of every action. */
export const GROUP_OF: Readonly<Record<Action, ActionGroup>> = {
  'dm.request': 'request',
  'dm.list': 'read',
  'dm.approve': 'approve',
  'dm.reject': 'decide',
  'dm.allowed': 'read',
  'dm.allow': 'decide',
  'dm.revoke': 'decide',
  'dm.block': 'decide',
  'dm.unblock': 'decide',
  'dm.why': 'read',
  'owner.list': 'owners',
  'owner.add': 'crown',
  'owner.remove': 'crown',
  'device.request': 'ask',
  'device.list': 'see',
  'device.approve': 'admit',
  'device.approve.local': 'order',
  'device.reject': 'manage',
  'device.remove': 'change',
  'device.rename': 'change',
  'device.rotate': 'renew',
  'device.revoke': 'change',
  'device.token.self': 'own',
  'setup.create': 'manage',
  'setup.list': 'see',
  'setup.withdraw': 'manage',
  'node.request': 'old',
  'node.list': 'see',
  'node.approve': 'oldAdmit',
  'node.reject': 'manage',
  'node.verify': 'old',
  'node.rename': 'manage',
  'audit.read': 'audit',
  'doctor.read': 'inspect',
  'doctor.fix': 'mend',
}

const READ = scope('operator.read', 'operator.pairing')
const PAIRING = scope('operator.pairing')
const NOBODY = {
  read: owners,
  approve: owners,
  decide: owners,
  owners: knownToOwners,
  crown: knownToOwners,
  audit: owners,
} as const
const NOT_HERE = { crown: madeLocally, audit: locally, inspect: locally, mend: locally } as const
const MAY_DEVICES = {
  order: noOwner,
  see: may,
  manage: may,
  change: may,
  renew: may,
  old: may,
} as const
const NO_DEVICES = {
  see: noOwner,
  admit: noOwner,
  order: noOwner,
  manage: noOwner,
  change: noOwner,
  renew: noOwner,
  old: noOwner,
  oldAdmit: noOwner,
} as const

/**
 * Who may do what with devices and with nodes of the old store.
 *
 * - A device asks for itself, and changes its own token; it sees and decides nothing about others.
 * - An `operator` decides about others within what it holds: it never hands out a scope that it has not, never
 *   approves itself, and approves only what it was shown. Whoever approves commands of a node may use them. It takes
 *   nothing from a device that holds what it has not itself, or it could lock out whoever stands above it; a node
 *   holds no scopes, so that a lost phone is shut out by any of them.
 * - `owner` and `page` are the owner from afar: everything, but an approval only of what was shown.
 * - A setup code lets a node ask and no more, so whoever may reject a request may make one. Nobody who only asks may.
 * - `system` approves nodes of this machine, where the owner turned that on.
 */
const DEVICES: Readonly<Record<ActorKind, Readonly<Record<DeviceGroup, Rule>>>> = {
  root: { ...MAY_DEVICES, ask: may, admit: may, own: may, oldAdmit: may },
  library: { ...MAY_DEVICES, ask: onlyItself, admit: may, own: may, oldAdmit: may },
  owner: { ...MAY_DEVICES, ask: onlyItself, admit: wasShown, own: onlyItself, oldAdmit: wasShown },
  operator: {
    ask: onlyItself,
    see: pairingScope,
    admit: all(pairingScope, anotherDevice, wasShown, within),
    order: noOwner,
    manage: pairingScope,
    change: all(pairingScope, notAbove),
    renew: all(pairingScope, within),
    own: onlyItself,
    old: pairingScope,
    oldAdmit: all(pairingScope, wasShown),
  },
  page: { ...MAY_DEVICES, ask: onlyItself, admit: wasShown, own: onlyItself, oldAdmit: wasShown },
  sender: { ...NO_DEVICES, ask: onlyItself, own: noOwner },
  device: { ...NO_DEVICES, ask: onlyItself, own: onlyItself },
  system: { ...NO_DEVICES, ask: onlyItself, see: may, order: localNode, own: noOwner },
}

/**
 * Who may do what with people, the log and the files.
 *
 * - `root` holds the state directory, so that nothing could keep them from it anyway: no lock-out.
 * - `library` is the embedding program; mending files is left to the person at the terminal.
 * - `owner` is an owner of the assistant, not of one account: the person who decides about WhatsApp reads Telegram,
 *   and an owner per account would only make people name the same owner many times. So any channel, any account.
 * - `operator` and `page` act from afar, so like an owner in chat they approve only what they give back as shown.
 * - Owners are made by whoever holds the state directory alone: no sequence of what can be done from afar makes one.
 * - `system` reads for figures and checks. What another program changed in the files is recorded by the store
 *   itself as an outside change; it is no decision, and passes no verb.
 */
const OTHERS: Readonly<Record<ActorKind, Readonly<Record<OtherGroup, Rule>>>> = {
  root: {
    request: may,
    read: may,
    approve: may,
    decide: may,
    owners: may,
    crown: may,
    audit: may,
    inspect: may,
    mend: may,
  },
  library: {
    request: forItself,
    read: may,
    approve: may,
    decide: may,
    owners: may,
    crown: may,
    audit: may,
    inspect: may,
    mend: locally,
  },
  owner: {
    ...NOT_HERE,
    request: forItself,
    read: may,
    approve: all(aboutOthers, shown),
    decide: aboutOthers,
    owners: may,
  },
  operator: {
    ...NOT_HERE,
    request: forItself,
    read: READ,
    approve: all(PAIRING, shown),
    decide: PAIRING,
    owners: knownToOwners,
    audit: scope('operator.read'),
  },
  page: {
    ...NOT_HERE,
    request: forItself,
    read: may,
    approve: shown,
    decide: may,
    owners: may,
  },
  sender: { ...NOBODY, request: forItself, inspect: owners, mend: owners },
  device: { ...NOBODY, request: forItself, inspect: owners, mend: owners },
  system: {
    ...NOBODY,
    request: forItself,
    read: may,
    owners: may,
    inspect: may,
    mend: owners,
  },
}

/** True for a kind of actor that the table knows. */
export function isKnownKind(kind: string): kind is ActorKind {
  return Object.hasOwn(OTHERS, kind)
}

/** What decides an action of an actor of a kind: the whole of the table, without a copy of it in one piece. */
export function ruleOf(kind: ActorKind, action: Action): Rule {
  const group = GROUP_OF[action]
  return isOfDevices(group) ? DEVICES[kind][group] : OTHERS[kind][group]
}

function isOfDevices(group: ActionGroup): group is DeviceGroup {
  return Object.hasOwn(DEVICES.operator, group)
}
