import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import { SchemaUnknown, StoreBusy, StoreChangedOutside, StoreStandby } from './errors.ts'
import {
  DatabaseMissing,
  StoreConflict,
  StoreConnections,
  StoreDiskFull,
  StoreLogin,
  StoreRights,
  StoreServerRefused,
  StoreTls,
  StoreUnreachable,
  StoreUrlRefused,
} from './server-errors.ts'

type Make = (where: string) => OpenClawError

const gone =
  (why: string): Make =>
  (where) =>
    new StoreUnreachable(where, why)

/** By SQLSTATE; the first two characters are its class. */
const byState: Readonly<Record<string, Make>> = {
  '08': gone('the connection broke'),
  // the statement that writes divides by zero where a row is not as it was read
  '22012': (where) => new StoreChangedOutside(where),
  '23505': (where) => new StoreChangedOutside(where),
  '25006': (where) => new StoreStandby(where),
  '25P03': gone('the server gave up waiting for this process'),
  '28': (where) => new StoreLogin(where),
  '3D000': (where) => new DatabaseMissing(where),
  '3F000': (where) => new SchemaUnknown(where, 'it is gone'),
  '40001': (where) => new StoreConflict(where),
  '40P01': (where) => new StoreConflict(where),
  '42501': (where) => new StoreRights(where),
  '42703': (where) => new SchemaUnknown(where, 'a column is missing'),
  '42P01': (where) => new SchemaUnknown(where, 'a table is missing'),
  '53100': (where) => new StoreDiskFull(where),
  '53300': (where) => new StoreConnections(where),
  '55P03': (where) => new StoreBusy(where, 'another process held the lock for too long'),
  '57014': (where) => new StoreBusy(where, 'a statement took too long'),
  '57P01': gone('the server is shutting down'),
  '57P02': gone('the server crashed'),
  '57P03': gone('the server is starting or shutting down'),
  '57P05': gone('the server closed an idle connection'),
}

/** By the errno of Node. */
const byErrno: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'nobody knows that host',
  EPIPE: 'the connection broke',
  ETIMEDOUT: 'it did not answer in time',
}

/**
 * The one error with a code for whatever pg, Node or the server said. Texts of theirs are left out:
 * they name users, quote values, or hold the connection string.
 */
export function asStoreError(error: unknown, where: string): OpenClawError {
  if (isOpenClawError(error)) return error
  const code = codeOf(error)
  if (isState(code)) return ofServer(code, where)
  const tls = tlsReason(code, messageOf(error))
  if (tls !== undefined) return new StoreTls(where, tls)
  if (/^SASL|password|authentication/i.test(messageOf(error))) return new StoreLogin(where)
  if (error instanceof URIError || code === 'ERR_INVALID_URL') {
    return new StoreUrlRefused('it is not a URL')
  }
  return new StoreUnreachable(where, whyGone(code, messageOf(error)))
}

/** True for what may go away when it is tried again: the server could not be reached, was full, or undid it. */
export function isPassing({ code }: OpenClawError): boolean {
  return (
    code === 'ERR_STORE_UNREACHABLE' ||
    code === 'ERR_STORE_CONNECTIONS' ||
    code === 'ERR_STORE_CONFLICT'
  )
}

/** True for an answer of the server; false when the connection itself failed. */
export function isAnswer(error: unknown): boolean {
  const code = codeOf(error)
  return isState(code) && !(code.startsWith('08') || code.startsWith('57P') || code === '25P03')
}

/** Five letters and digits, among them a digit: the errnos of Node have none. */
function isState(code: string): boolean {
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code)
}

function ofServer(state: string, where: string): OpenClawError {
  const make = byState[state] ?? byState[state.slice(0, 2)]
  return make?.(where) ?? new StoreServerRefused(where, state)
}

function whyGone(code: string, message: string): string {
  const known = byErrno[code]
  if (known !== undefined) return known
  if (/timeout|not answer/i.test(message)) return 'it did not answer in time'
  return 'the connection broke'
}

function tlsReason(code: string, message: string): string | undefined {
  if (/does not support SSL/i.test(message)) return 'the server does not encrypt'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate names another host'
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired'
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'nobody known here signed its certificate'
  return /^(EPROTO|ERR_SSL|ERR_TLS)/.test(code) ? 'the encryption could not be agreed' : undefined
}

function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first ? first.code : undefined
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
