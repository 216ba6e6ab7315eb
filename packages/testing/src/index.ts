/**
 * Fakes for every port and the contract suites for new stores and new channels.
 *
 * @packageDocumentation
 */
export { type MemoryCursor, memoryCursor } from './channel-bench/memory-cursor.ts'
export {
  eventsOf,
  type LogLine,
  type OnMessage,
  type RunningConnection,
  runConnection,
  textsOf,
} from './channel-bench/run-connection.ts'
export { type Endings, endings, pause, until } from './channel-bench/waiting.ts'
export { channelContract } from './channel-contract/channel-contract.ts'
export type { ContractDoor, DoorOptions, OpenDoor } from './channel-contract/door.ts'
export type {
  ChannelHarness,
  DmSample,
  FarSide,
  Inability,
  NeverKind,
  NeverPairs,
  NeverSamples,
  SendMode,
} from './channel-contract/harness.ts'
export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { type PassingClock, passingClock } from './passing-clock.ts'
export {
  type MemoryReplica,
  type MemoryReplicas,
  type MemoryReplicasOptions,
  memoryReplicas,
} from './replicas/memory-replicas.ts'
export { replicasContract } from './replicas-contract/contract.ts'
export type {
  OpenReplicas,
  ReplicasUnderTest,
  ReplicaUnderTest,
} from './replicas-contract/subject.ts'
export { seededRandom } from './seeded-random.ts'
export { credentialStoreContract, type StoreContractOptions } from './store-contract/contract.ts'
export type { OpenStore, StoreUnderTest } from './store-contract/subject.ts'
