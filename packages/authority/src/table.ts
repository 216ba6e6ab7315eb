import type { ActorKind } from '@openclaw/pairing-contracts'
import {
  aboutOthers,
  all,
  forItself,
  locally,
  may,
  owners,
  type Rule,
  scope,
  shown,
} from './rules.ts'
import type { Action } from './types.ts'

/** Actions that are always decided alike. */
export type ActionGroup = 'request' | 'read' | 'approve' | 'decide' | 'audit' | 'inspect' | 'mend'

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
  'audit.read': 'audit',
  'doctor.read': 'inspect',
  'doctor.fix': 'mend',
}

const READ = scope('operator.read', 'operator.pairing')
const PAIRING = scope('operator.pairing')
const NOBODY = { read: owners, approve: owners, decide: owners, audit: owners } as const
const NOT_HERE = { audit: locally, inspect: locally, mend: locally } as const

/**
 * Who may do what: the whole of it.
 *
 * - `root` holds the state directory, so that nothing could keep them from it anyway: no lock-out.
 * - `library` is the embedding program; mending files is left to the person at the terminal.
 * - `owner` is an owner of the assistant, not of one account: the person who decides about WhatsApp reads Telegram,
 *   and an owner per account would only make people name the same owner many times. So any channel, any account.
 * - `operator` and `page` act from afar, so like an owner in chat they approve only what they give back as shown.
 * - `system` reads for figures and checks. What another program changed in the files is recorded by the store
 *   itself as an outside change; it is no decision, and passes no verb.
 */
export const TABLE: Readonly<Record<ActorKind, Readonly<Record<ActionGroup, Rule>>>> = {
  root: {
    request: may,
    read: may,
    approve: may,
    decide: may,
    audit: may,
    inspect: may,
    mend: may,
  },
  library: {
    request: forItself,
    read: may,
    approve: may,
    decide: may,
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
  },
  operator: {
    ...NOT_HERE,
    request: forItself,
    read: READ,
    approve: all(PAIRING, shown),
    decide: PAIRING,
    audit: scope('operator.read'),
  },
  page: { ...NOT_HERE, request: forItself, read: may, approve: shown, decide: may },
  sender: { ...NOBODY, request: forItself, inspect: owners, mend: owners },
  device: { ...NOBODY, request: forItself, inspect: owners, mend: owners },
  system: { ...NOBODY, request: forItself, read: may, inspect: may, mend: owners },
}
