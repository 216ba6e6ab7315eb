/**
 * Devices: identity, proof, requests, roles and scopes, tokens and the legacy node store.
 *
 * @packageDocumentation
 */
export type * from './types.ts'
