/**
 * The real gate, with a real configuration, for the contract tests of channels.
 *
 * @packageDocumentation
 */
export { realDoor } from './real-door.ts'
