// A file of its own, so that what the gateway alone needs of the package is left out.
export { openPairing } from '@openclaw/pairing/node'
