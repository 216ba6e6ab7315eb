import type {
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  Clock,
  CredentialStore,
  EpochMs,
  LiveView,
  PolicyOf,
  RandomBytes,
  Sha256,
} from '@openclaw/pairing-contracts'
import { type AccountMemories, accountMemories } from './account-memory.ts'
import {
  ALIASES,
  type AliasRecord,
  ATTEMPTS,
  type AttemptRecord,
  COUNTERS,
  type CounterRecord,
  NOTICES_DUE,
  type NoticeRecord,
  REQUESTS,
  RESTS,
  type RequestRecord,
  type RestRecord,
  SENDERS,
  SETTLED,
  type SenderRecord,
  type SettledRecord,
} from './collections.ts'
import { approveCommandOf } from './commands.ts'
import { UnknownChannel } from './errors.ts'
import { OWNERS, type OwnerRecord } from './owner-records.ts'
import { type Rules, rulesReader } from './rules.ts'
import { type LastingKind, lastingKindOf } from './same-person.ts'

/** Everything outside the process that pairing needs. */
export interface DmPairingPorts {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  /** Resolves soon, when others had their turn: a long list is looked through in steps. Without it housekeeping takes one step a run. */
  readonly pause?: () => Promise<void>
}

/** What pairing must know of the program that it is part of. */
export interface DmPairingOptions {
  /** The rules of a channel; `undefined` for a name that this program does not know. */
  readonly channels: (name: ChannelName) => ChannelDefinition | undefined
  /** Asked for every message. */
  readonly policyOf: PolicyOf
  /** The accounts that are configured, for lists; none unless given. */
  readonly addresses?: () => readonly ChannelAddress[]
  /** Further channels on which the policy names owners, with an account or without; none unless given. */
  readonly ownerChannels?: () => readonly ChannelName[]
  /** When an account's connection began, for the backlog rule of personal accounts; when this was built unless given. */
  readonly connectedAt?: (address: ChannelAddress) => EpochMs | undefined
  /** The command that approves, for the reply to a stranger; built from {@link cli} unless given. */
  readonly approveCommand?: (address: ChannelAddress, code: string) => string
  /** How commands begin in hints, such as `openclaw --profile work`; `openclaw` unless given. */
  readonly cli?: string
}

/** The live views, each opened when it is first needed. */
export interface Views {
  readonly senders: () => LiveView<SenderRecord>
  readonly aliases: () => LiveView<AliasRecord>
  readonly requests: () => LiveView<RequestRecord>
  readonly settled: () => LiveView<SettledRecord>
  readonly rests: () => LiveView<RestRecord>
  readonly counters: () => LiveView<CounterRecord>
  readonly attempts: () => LiveView<AttemptRecord>
  readonly notices: () => LiveView<NoticeRecord>
  readonly owners: () => LiveView<OwnerRecord>
}

/** What the verbs and the gate work with. */
export interface Parts extends DmPairingPorts {
  readonly views: Views
  readonly memories: AccountMemories
  readonly cli: string
  readonly addresses: () => readonly ChannelAddress[]
  readonly ownerChannels: () => readonly ChannelName[]
  readonly connectedAt: (address: ChannelAddress) => EpochMs
  readonly approveCommand: (address: ChannelAddress, code: string) => string
  /** True where the platform drops a second send; false for a channel that is not known any more. */
  readonly dropsSecondSend: (name: ChannelName) => boolean
  /** Throws {@link UnknownChannel}. */
  readonly definitionOf: (name: ChannelName) => ChannelDefinition
  /** How a channel tells ids that last from those that pass on. */
  readonly lastingKindOf: (name: ChannelName) => LastingKind
  /** The policy in force now. Throws what `policyOf` throws: fails closed. */
  readonly rulesOf: (address: ChannelAddress) => Rules
}

/** Puts ports and options together. */
export function partsOf(ports: DmPairingPorts, options: DmPairingOptions): Parts {
  const { channels, policyOf, addresses = () => [], connectedAt, cli = 'openclaw' } = options
  const builtAt = ports.clock.now()
  const read = rulesReader()
  const definitionOf = (name: ChannelName): ChannelDefinition => {
    const definition = channels(name)
    if (definition === undefined) throw new UnknownChannel(name)
    return definition
  }
  return {
    ...ports,
    views: viewsOf(ports.store),
    memories: accountMemories(),
    cli,
    addresses,
    ownerChannels: options.ownerChannels ?? (() => []),
    connectedAt: (address) => connectedAt?.(address) ?? builtAt,
    approveCommand:
      options.approveCommand ?? ((address, code) => approveCommandOf(cli, address, code)),
    dropsSecondSend: (name) => channels(name)?.idempotentSend ?? false,
    definitionOf,
    lastingKindOf: (name) => lastingKindOf(definitionOf(name)),
    rulesOf: (address) => read(definitionOf(address.channel), policyOf(address)),
  }
}

function viewsOf(store: CredentialStore): Views {
  return {
    senders: once(() => store.view(SENDERS)),
    aliases: once(() => store.view(ALIASES)),
    requests: once(() => store.view(REQUESTS)),
    settled: once(() => store.view(SETTLED)),
    rests: once(() => store.view(RESTS)),
    counters: once(() => store.view(COUNTERS)),
    attempts: once(() => store.view(ATTEMPTS)),
    notices: once(() => store.view(NOTICES_DUE)),
    owners: once(() => store.view(OWNERS)),
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
