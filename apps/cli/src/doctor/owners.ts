import { type NodePairing, peopleToTell } from '@openclaw/pairing/node'
import { type Config, isConnectable } from '@openclaw/pairing-config'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { OwnerNotice } from '@openclaw/pairing-owner-notices'
import { readOwnerNotices } from '../owners/read-notices.ts'
import { granted } from '../people/session.ts'
import type { Finding } from './finding.ts'

/** Whether owners hear of those who wait. A store that cannot be read is told by others. */
export async function ownerFindings(pairing: NodePairing): Promise<readonly Finding[]> {
  const { error } = pairing.backend.store.health()
  if (error !== undefined && error.code !== 'ERR_STORE_READ_ONLY') return []
  try {
    return await findings(pairing)
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    return []
  }
}

async function findings(pairing: NodePairing): Promise<readonly Finding[]> {
  const owners = granted(await peopleToTell(pairing).owners({ kind: 'root', user: '' }))
  if (owners.length === 0) return nobody(pairing.config())
  const last = lastOfEach(await readOwnerNotices(pairing))
  return last.filter(({ state }) => IN_VAIN.has(state)).map(notTold)
}

/** Where nothing but the page of this machine is connected, there is nobody to be told. */
function nobody({ accounts }: Config): readonly Finding[] {
  const chat = accounts.find(
    ({ channel, enabled }) => enabled && channel !== 'webchat' && isConnectable(channel),
  )
  if (chat === undefined) return []
  return [
    {
      id: 'no-owner',
      severity: 'warning',
      subject: 'owners',
      problem: 'nobody is an owner',
      consequence: 'nobody is told when a person or a device waits, and nobody can pair from chat',
      fix: `write to the bot yourself and run, with the id that it answers: openclaw owner add ${chat.channel} <id>`,
    },
  ]
}

const IN_VAIN: ReadonlySet<OwnerNotice['state']> = new Set(['failed', 'unknown', 'unsupported'])

/** The last message to each owner that was tried. */
function lastOfEach(notices: readonly OwnerNotice[]): readonly OwnerNotice[] {
  const last = new Map<string, OwnerNotice>()
  for (const notice of notices) {
    const owner = `${notice.channel}/${notice.senderId}`
    if (notice.tries > 0 && !last.has(owner)) last.set(owner, notice)
  }
  return [...last.values()]
}

function notTold({ channel, senderId, state, reason }: OwnerNotice): Finding {
  const why = reason ?? 'no reason is known'
  const how = state === 'unknown' ? 'may not have been told' : 'was not told'
  return {
    id: 'owner-not-told',
    severity: 'warning',
    subject: `owner ${senderId} on ${channel}`,
    problem: `the owner ${how} of the last one who asked: ${why}`,
    consequence: 'whoever asks waits until you look by yourself: openclaw pairing list',
    fix: 'let the owner write to the assistant once: who still waits is told then; openclaw owner notices shows what became of it',
  }
}
