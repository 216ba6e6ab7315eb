// A bundle of its own: only what asks a running gateway loads it.
export { askLocalGateway } from '@openclaw/pairing-protocol/client'
