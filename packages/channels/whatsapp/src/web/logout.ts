import { orNothing } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, SenderId } from '@openclaw/pairing-contracts'
import { credsSaver, linkedAs, readCreds } from './creds.ts'
import { WebCredsDamaged } from './errors.ts'
import { keyFiles } from './keys.ts'
import { WEB_TIMING } from './limits.ts'
import { type Link, openLink } from './link.ts'
import type { LoginOptions } from './login.ts'
import type { WebCreds } from './port.ts'

/** What came of a logout. */
export type LogoutOutcome =
  /** The session is deleted here. `told`: WhatsApp knows; else the phone still lists this device. */
  | {
      readonly outcome: 'logged-out'
      readonly as: SenderId | undefined
      readonly told: 'yes' | 'no'
    }
  | { readonly outcome: 'not-linked' }
  /** The gateway, or a login, has the session. */
  | { readonly outcome: 'in-use' }

/** Ends the linked device of an account at WhatsApp, where that can be reached, and deletes its session here. */
export async function unlinkAccount(
  options: LoginOptions,
  signal: AbortSignalLike,
): Promise<LogoutOutcome> {
  const { session } = options
  const lock = await session.lock()
  if (lock === undefined) return { outcome: 'in-use' }
  try {
    const found = await credsToEnd(options)
    if (found === 'none') return { outcome: 'not-linked' }
    const as = found === 'damaged' ? undefined : linkedAs(found)
    const told = found === 'damaged' || as === undefined ? 'no' : await tell(options, found, signal)
    await session.remove()
    return { outcome: 'logged-out', as, told }
  } finally {
    await lock.release()
  }
}

async function credsToEnd({
  account,
  library,
  log,
  session,
}: LoginOptions): Promise<WebCreds | 'none' | 'damaged'> {
  try {
    const components = { files: session.files, library: library.port, log }
    return (await readCreds(components, account)) ?? 'none'
  } catch (error) {
    if (error instanceof WebCredsDamaged) return 'damaged'
    throw error
  }
}

const LOGGED_OUT = 401

async function tell(
  options: LoginOptions,
  creds: WebCreds,
  signal: AbortSignalLike,
): Promise<'yes' | 'no'> {
  const { library, log, session, webSocketUrl: url } = options
  const { connectMs, closeMs, sendMs } = { ...WEB_TIMING, ...options.timing }
  const components = { files: session.files, library: library.port, log }
  const saver = credsSaver(components, creds, signal)
  let opened = (): void => {}
  const stands = new Promise<void>((resolve) => (opened = resolve))
  const keys = keyFiles(components)
  const parts = { library: library.port, creds, keys, url, connectMs, closeMs }
  const link = openLink(parts, ({ kind }) => {
    if (kind === 'creds') saver.touch()
    if (kind === 'open') opened()
  })
  const first = await orNothing(
    Promise.race([link.closed, stands.then(() => 'open')]),
    sendMs,
    signal,
  )
  if (first === 'open') await leave(link, sendMs, signal)
  const { code } = await link.end('done')
  await saver.flush()
  // A session that WhatsApp had ended already needs no telling.
  return code === LOGGED_OUT ? 'yes' : 'no'
}

async function leave(link: Link, ms: number, signal: AbortSignalLike): Promise<void> {
  const left = link.socket.logout().then(() => link.closed)
  await orNothing(
    left.catch(() => undefined),
    ms,
    signal,
  )
}
