import { pause, reasonOf } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog, SenderId } from '@openclaw/pairing-contracts'
import { jidSender } from '../ids.ts'
import { WebCredsDamaged } from './errors.ts'
import { isWebRecord } from './fields.ts'
import type { BaileysPort, WebCreds } from './port.ts'
import type { SessionFiles } from './types.ts'

const CREDS = 'creds.json'
/** As OpenClaw 2026.2 names it. */
const BACKUP = 'creds.json.bak'
const TRY_AGAIN_MS = 1_000

/** What reading and writing the keys of a device works with. */
export interface CredsComponents {
  readonly files: SessionFiles
  readonly library: Pick<BaileysPort, 'BufferJSON'>
  readonly log: ChannelLog
}

/**
 * Reads the keys of the device; from their copy where the file itself is damaged or gone.
 *
 * @returns `undefined` where there is neither
 * @throws {@link WebCredsDamaged} where something is there and cannot be used: that is not the same as nothing
 */
export async function readCreds(
  { files, library, log }: CredsComponents,
  account: string,
): Promise<WebCreds | undefined> {
  const [text, copy] = [await files.read(CREDS), await files.read(BACKUP)]
  const creds = credsIn(text, library)
  if (creds !== undefined) return creds
  const older = credsIn(copy, library)
  if (older === undefined) {
    if (text === undefined && copy === undefined) return undefined
    throw new WebCredsDamaged(files.folder, account)
  }
  log('warn', 'whatsapp-creds-restored', { folder: files.folder, from: BACKUP })
  await files.change([{ name: CREDS, text: copy }])
  return older
}

function credsIn(
  text: string | undefined,
  { BufferJSON }: Pick<BaileysPort, 'BufferJSON'>,
): WebCreds | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text, BufferJSON.reviver)
    return isWebRecord(value) && isWebRecord(value['noiseKey']) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whose device it is; `undefined` while it is not linked. */
export function linkedAs({ me }: WebCreds): SenderId | undefined {
  return isWebRecord(me) ? jidSender(me.id) : undefined
}

/** The owner of the account by all ids: the number first, and the hidden one. */
export function ownIds({ me }: WebCreds): readonly SenderId[] {
  if (!isWebRecord(me)) return []
  return [jidSender(me.id), jidSender(me['lid'])].filter((id) => id !== undefined)
}

/** Writes the keys of the device whenever they have changed. */
export interface CredsSaver {
  /** They have changed: written at once, one write at a time. */
  readonly touch: () => void
  /** Resolves when everything is written, with whether it is. */
  readonly flush: () => Promise<boolean>
}

/** Saves `creds`, as they are at each write; what was there before stays as a copy. A failed write is tried again. */
export function credsSaver(
  { files, library, log }: CredsComponents,
  creds: WebCreds,
  signal: AbortSignalLike,
): CredsSaver {
  const textOf = (): string => JSON.stringify(creds, library.BufferJSON.replacer)
  const state = { saved: textOf(), failing: false }
  let writing: Promise<boolean> = Promise.resolve(true)
  const write = async (): Promise<boolean> => {
    const text = textOf()
    if (text === state.saved && !state.failing) return true
    try {
      await files.change([{ name: BACKUP, text: state.saved }])
      await files.change([{ name: CREDS, text }])
      state.saved = text
      state.failing = false
      return true
    } catch (error) {
      if (!state.failing) log('error', 'whatsapp-creds-not-saved', { reason: reasonOf(error) })
      state.failing = true
      void pause(TRY_AGAIN_MS, signal).then(() => {
        if (!signal.aborted) touch()
      })
      return false
    }
  }
  const flush = (): Promise<boolean> => {
    writing = writing.then(write)
    return writing
  }
  const touch = (): void => void flush()
  return { touch, flush }
}

/** Writes keys for the first time. */
export function firstCreds(
  { files, library }: Omit<CredsComponents, 'log'>,
  creds: WebCreds,
): Promise<void> {
  return files.change([{ name: CREDS, text: JSON.stringify(creds, library.BufferJSON.replacer) }])
}
