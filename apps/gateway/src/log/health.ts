import type { StoreHealth } from '@openclaw/credential-store'
import type { NodePairing, Unmerged } from '@openclaw/pairing/node'
import { type ChannelLog, isOpenClawError } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'

/** Says at the start what the owner should know of the state: what is damaged, rebuilt or refused, and what mends it. */
export function logHealth(
  log: ChannelLog,
  { backend, unmerged }: Pick<NodePairing, 'backend' | 'unmerged'>,
): void {
  const { state, error } = backend.store.health()
  if (state !== 'ok') log('error', 'store-not-usable', { state, reason: inWords(error) })
  if (backend.kind === 'files') logFindings(log, backend.store.health())
  // A store that cannot be used was told of.
  if (unmerged !== undefined && state === 'ok') logUnmerged(log, unmerged)
}

function logFindings(
  log: ChannelLog,
  { journal, documents }: Pick<StoreHealth, 'journal' | 'documents'>,
): void {
  for (const { what, file, problem } of journal)
    log('warn', 'journal-finding', { what, file, problem })
  for (const { code, file, problem, consequence, fix } of documents) {
    log('warn', 'state-file-finding', { code, file, problem, consequence, fix })
  }
}

function logUnmerged(log: ChannelLog, { names, error }: Unmerged): void {
  const hint = isOpenClawError(error) ? error.hint : undefined
  log('error', 'channels-not-merged', {
    code: isOpenClawError(error) ? error.code : 'ERR_UNEXPECTED',
    names: names.join(', '),
    reason: error === undefined ? 'something was written under them meanwhile' : inWords(error),
    consequence:
      'who was let in or blocked under a former name of a channel is a stranger until it is moved',
    fix: `${hint === undefined ? '' : `${hint}; then `}start the gateway again, which moves it`,
  })
}
