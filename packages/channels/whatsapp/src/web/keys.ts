import type { ChannelLog } from '@openclaw/pairing-contracts'
import { isWebRecord } from './fields.ts'
import type { BaileysPort, KeyStore } from './port.ts'
import type { SessionFiles } from './types.ts'

/** What a {@link keyFiles} works with. */
export interface KeyComponents {
  readonly files: SessionFiles
  readonly library: Pick<BaileysPort, 'BufferJSON' | 'proto'>
  readonly log: ChannelLog
}

/**
 * The keys of conversations, a file each, named and written as the library's own store of several files does it: a
 * folder of either is read by the other. A damaged one counts as missing: both sides then agree on a new one.
 */
export function keyFiles({ files, library, log }: KeyComponents): KeyStore {
  const { BufferJSON, proto } = library
  const read = async (kind: string, id: string): Promise<unknown> => {
    const text = await files.read(nameOf(kind, id))
    if (text === undefined) return null
    try {
      const value: unknown = JSON.parse(text, BufferJSON.reviver)
      if (kind !== 'app-state-sync-key' || !isWebRecord(value)) return value
      return proto.Message.AppStateSyncKeyData.fromObject(value)
    } catch {
      log('warn', 'whatsapp-key-damaged', { kind })
      return null
    }
  }
  return {
    get: async (kind, ids) => {
      const found = await Promise.all(ids.map(async (id) => [id, await read(kind, id)] as const))
      return Object.fromEntries(found)
    },
    set: (changes) =>
      files.change(
        Object.entries(changes).flatMap(([kind, values]) =>
          Object.entries(values ?? {}).map(([id, value]) => ({
            name: nameOf(kind, id),
            text: isGone(value) ? undefined : JSON.stringify(value, BufferJSON.replacer),
          })),
        ),
      ),
  }
}

const isGone = (value: unknown): boolean => value === undefined || value === null || value === ''

const nameOf = (kind: string, id: string): string =>
  `${kind}-${id}.json`.replaceAll('/', '__').replaceAll(':', '-')
