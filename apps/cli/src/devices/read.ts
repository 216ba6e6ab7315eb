// A file of its own, so that a list of devices is read without what people need.
export { readDevices } from '@openclaw/pairing/node'
