// A bundle of its own: only `openclaw gateway` loads it.
export { runGateway, startGateway } from '@openclaw/pairing-gateway'
