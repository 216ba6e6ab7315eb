// A file of its own, so that a list of people is read without what devices need.
export { readPeople } from '@openclaw/pairing/node'
