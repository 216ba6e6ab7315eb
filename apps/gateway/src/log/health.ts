import type { NodePairing } from '@openclaw/pairing/node'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'

/** Says at the start what the owner should know of the state: what is damaged, rebuilt or refused, and what mends it. */
export function logHealth(log: ChannelLog, { store }: Pick<NodePairing, 'store'>): void {
  const { state, error, journal, documents } = store.health()
  if (state !== 'ok') log('error', 'store-not-usable', { state, reason: inWords(error) })
  for (const { what, file, problem } of journal)
    log('warn', 'journal-finding', { what, file, problem })
  for (const { code, file, problem, consequence, fix } of documents) {
    log('warn', 'state-file-finding', { code, file, problem, consequence, fix })
  }
}
