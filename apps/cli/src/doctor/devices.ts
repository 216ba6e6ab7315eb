import { createHash } from 'node:crypto'
import {
  type DeviceLists,
  deviceDocumentFamilies,
  hashPlainTokens,
  type PlainToken,
  plainTokens,
} from '@openclaw/device-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import { isOpenClawError, type RecoverableFamily } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { absolute } from '../output/time.ts'
import { granted } from '../people/session.ts'
import type { Finding, Repair } from './finding.ts'
import { subjectIn } from './subject.ts'

/** How the state can be opened to be mended. */
type Open = (mode: 'write') => Promise<NodePairing>

/** The well-known files of devices and nodes. */
export function deviceFiles(call: Call): readonly RecoverableFamily[] {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const sha256Bytes = (bytes: Uint8Array): string =>
    createHash('sha256').update(bytes).digest('hex')
  return deviceDocumentFamilies({ sha256, sha256Bytes }, { cli: call.program })
}

/** Tokens in clear, and who waits for a decision. A damaged journal is told by others. */
export async function deviceFindings(
  call: Call,
  pairing: NodePairing,
  open: Open,
): Promise<readonly Finding[]> {
  const { error } = pairing.backend.store.health()
  if (error !== undefined && error.code !== 'ERR_STORE_READ_ONLY') return []
  try {
    return [
      ...tokenFindings(call, pairing, open),
      ...(await waitingFindings(pairing)),
      ...(await nodeFindings(pairing)),
    ]
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    return [unreadable(pairing, error)]
  }
}

function unreadable(
  pairing: NodePairing,
  error: Error & { readonly code: string; readonly hint: string | undefined },
): Finding {
  return {
    id: error.code,
    severity: 'error',
    subject: subjectIn(pairing, 'devices'),
    problem: error.message,
    consequence: 'no device can be listed or decided about',
    fix: error.hint ?? 'put the state back from a backup',
  }
}

const FILES: Readonly<Record<PlainToken['kind'], string>> = {
  device: 'devices/paired.json',
  node: 'nodes/paired.json',
}

const ROWS: Readonly<Record<PlainToken['kind'], string>> = {
  device: 'the rows of devices',
  node: 'the rows of nodes of the older pairing',
}

/** A directory of OpenClaw 2026.2 keeps tokens as they are; here their hashes are enough. */
function tokenFindings(call: Call, pairing: NodePairing, open: Open): readonly Finding[] {
  const plain = plainTokens(pairing.store)
  if (plain.length === 0) return []
  const kinds = (['device', 'node'] as const).filter((kind) =>
    plain.some((token) => token.kind === kind),
  )
  const placeOf = (kind: PlainToken['kind']): string =>
    pairing.backend.kind === 'files' ? FILES[kind] : ROWS[kind]
  const repair = hashing(call, open, kinds.map(placeOf))
  return kinds.map((kind) => {
    const { length } = plain.filter((token) => token.kind === kind)
    return {
      id: 'plain-tokens',
      severity: 'warning',
      subject: subjectIn(pairing, FILES[kind]),
      problem: `${length === 1 ? 'a token lies' : `${String(length)} tokens lie`} in clear in ${placeOf(kind)}, as OpenClaw 2026.2 keeps them`,
      consequence:
        'whoever reads it, or a copy of it, has secrets that OpenClaw 2026.2 takes as the device itself',
      fix: 'openclaw doctor --fix',
      repair,
    }
  })
}

function hashing(call: Call, open: Open, files: readonly string[]): Repair {
  return {
    what: `replace the tokens in ${files.join(' and ')} by their hashes; the devices go on as before, but OpenClaw 2026.2, should you go back to it, needs a rotation or a new pairing of each`,
    run: async () => {
      const pairing = await open('write')
      try {
        granted(await hashPlainTokens(pairing.store, { kind: 'root', user: call.world.user() }))
      } finally {
        await pairing.close()
      }
    },
  }
}

async function waitingFindings(pairing: NodePairing): Promise<readonly Finding[]> {
  const { pairing: devices } = pairing.devices()
  const lists = granted(await devices.list({ kind: 'root', user: '' }))
  const subject = subjectIn(pairing, 'devices/pending.json')
  const { length } = lists.waiting
  const waiting: Finding = {
    id: 'devices-waiting',
    severity: 'note',
    subject,
    problem: length === 1 ? 'a device waits' : `${String(length)} devices wait`,
    consequence:
      'nothing happens until you decide; a request ends 5 minutes after it is asked last',
    fix: 'openclaw devices list',
  }
  return [...(length === 0 ? [] : [waiting]), ...fullFinding(subject, lists)]
}

/** As many wait as may, or some were turned away for that. */
function fullFinding(
  subject: string,
  { waiting, maxWaiting, turnedAway }: DeviceLists,
): readonly Finding[] {
  const isFull = waiting.length >= maxWaiting
  if (!isFull && turnedAway === undefined) return []
  const away =
    turnedAway === undefined
      ? []
      : [
          `${turnedAway.count === 1 ? '1 ask was' : `${String(turnedAway.count)} asks were`} turned away since ${absolute(turnedAway.since)}`,
        ]
  const full = isFull ? [`the list is full (${String(maxWaiting)} places)`] : []
  return [
    {
      id: 'devices-full',
      severity: 'note',
      subject,
      problem: [...full, ...away].join('; '),
      consequence: 'a device that is turned away asks again by itself, and may wait behind others',
      fix: 'openclaw devices list',
    },
  ]
}

async function nodeFindings(pairing: NodePairing): Promise<readonly Finding[]> {
  const { legacyNodes } = pairing.devices()
  const { waiting } = granted(await legacyNodes.list({ kind: 'root', user: '' }))
  if (waiting.length === 0) return []
  return [
    {
      id: 'nodes-waiting',
      severity: 'note',
      subject: subjectIn(pairing, 'nodes/pending.json'),
      problem:
        waiting.length === 1
          ? 'a node of the older pairing waits'
          : `${String(waiting.length)} nodes of the older pairing wait`,
      consequence: 'nothing happens until you decide',
      fix: 'openclaw nodes pending',
    },
  ]
}
