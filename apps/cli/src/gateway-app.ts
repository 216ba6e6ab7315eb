// A bundle of its own: only `openclaw gateway` loads it.
export { endAtAccidents, runGateway, startGateway } from '@openclaw/pairing-gateway'
