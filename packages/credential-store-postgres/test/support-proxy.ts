export { type FaultProxy, openProxy } from '@openclaw-pairing/postgres'
