import type { VisitorState, WebchatPeople } from '@openclaw/channel-webchat'
import type { DmPairing, WaitingRequest } from '@openclaw/dm-pairing'
import type { Actor, ChannelAddress, PolicyOf, SenderId } from '@openclaw/pairing-contracts'

/** What {@link webchatPeople} works with. */
export interface WebchatPeopleComponents {
  readonly people: DmPairing
  readonly policyOf: PolicyOf
  readonly approveCommand: (address: ChannelAddress, code: string) => string
  readonly address: ChannelAddress
}

const READER: Actor = { kind: 'system', part: 'webchat' }

/** What the web chat asks of the pairing layer: how a visitor stands, and how many wait from one address. */
export function webchatPeople(components: WebchatPeopleComponents): WebchatPeople {
  return {
    stateOf: (senderId) => stateOf(components, senderId),
    pendingFrom: async (address) =>
      (await pendingOf(components)).filter(({ meta }) => meta['address'] === address).length,
    turnedAway: () => components.people.turnedAway(components.address),
  }
}

async function stateOf(
  components: WebchatPeopleComponents,
  senderId: SenderId,
): Promise<VisitorState> {
  const decision = await decisionOf(components, senderId)
  if (decision === 'deliver') return { state: 'allowed' }
  if (decision !== 'pending') return { state: 'none' }
  const request = (await pendingOf(components)).find((each) => each.senderId === senderId)
  if (request !== undefined) return shown(components, request)
  // rejected and resting, or let in between the two looks
  const isIn = (await decisionOf(components, senderId)) === 'deliver'
  return { state: isIn ? 'allowed' : 'none' }
}

async function decisionOf({ people, address }: WebchatPeopleComponents, senderId: SenderId) {
  const explanation = await people.why(READER, { ...address, senderId })
  return 'outcome' in explanation ? undefined : explanation.decision
}

async function pendingOf({
  people,
  address,
}: WebchatPeopleComponents): Promise<readonly WaitingRequest[]> {
  const lists = await people.list(READER, address)
  return 'outcome' in lists ? [] : lists.flatMap(({ requests }) => requests)
}

/** The page shows no more than the reply would say: a silent account says nothing, a template may leave things out. */
function shown(
  { policyOf, approveCommand, address }: WebchatPeopleComponents,
  { code, expiresAt }: WaitingRequest,
): VisitorState {
  const { replyMode, replyTemplate } = policyOf(address)
  if (replyMode === 'silent') return { state: 'none' }
  const says = (part: string): boolean => replyTemplate?.includes(part) ?? true
  return {
    state: 'pending',
    expiresAt,
    ...(says('{code}') && { code }),
    ...(says('{approveCommand}') && { command: approveCommand(address, code) }),
  }
}
