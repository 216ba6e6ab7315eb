// A bundle of its own: only what asks a running gateway, here or elsewhere, loads it.
export { askLocalGateway } from '@openclaw/pairing-protocol/client'
export { openRemoteGateway } from './remote/open.ts'
