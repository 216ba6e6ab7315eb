// A bundle of its own: only what asks a running gateway, here or elsewhere, or joins one, loads it.
export { askLocalGateway } from '@openclaw/pairing-protocol/client'
export { joinGateway } from './join/join.ts'
export { openRemoteGateway } from './remote/open.ts'
