import { createHash } from 'node:crypto'
import { isRecord, isText, jsonOf } from '@openclaw/pairing-channel-kit'
import type { Clock, InboundDm } from '@openclaw/pairing-contracts'
import { IDS_REMEMBERED, OLDEST_MS } from '../limits.ts'

/** A message as far as it is remembered. */
type Named = Pick<InboundDm, 'messageKey' | 'sentAt'>

/**
 * Which messages were taken, so that a webhook that somebody recorded is worth nothing: what is not remembered is taken
 * only where everything of its time still is.
 */
export interface Memory {
  readonly knows: (message: Named) => boolean
  /** For a message that is not known: why it cannot be told from one that was forgotten; `undefined` where it can. */
  readonly tooOld: (message: Named) => string | undefined
  readonly note: (message: Named) => void
  /** As text, for the next run. */
  readonly encoded: () => string
}

/** An id in short, and its second. */
type Line = readonly [id: string, second: number]

/** Goes on from what {@link Memory.encoded} gave; what is none of ours is no memory. */
export function memoryFrom(saved: string | undefined, { now }: Clock): Memory {
  const { lines, forgotten } = decoded(saved)
  const known = new Set(lines.map(([id]) => id))
  const state = { lines: [...lines].sort((a, b) => a[1] - b[1]), forgotten }
  return {
    knows: (message) => known.has(shortOf(message)),
    tooOld: (message) => {
      if (message.sentAt < now() - OLDEST_MS) return 'older than Meta brings anything again'
      return secondOf(message) <= state.forgotten
        ? 'as old as messages that are not remembered any more'
        : undefined
    },
    note: (message) => {
      const id = shortOf(message)
      if (known.has(id)) return
      known.add(id)
      insert(state.lines, [id, secondOf(message)])
      const oldest = Math.floor((now() - OLDEST_MS) / 1_000)
      while ((state.lines[0]?.[1] ?? oldest) < oldest || state.lines.length > IDS_REMEMBERED) {
        const [gone, second] = state.lines.shift() ?? ['', 0]
        known.delete(gone)
        state.forgotten = Math.max(state.forgotten, second)
      }
    },
    encoded: () => JSON.stringify({ version: 1, ...state }),
  }
}

/** They come in the order of their time, or nearly. */
function insert(lines: Line[], line: Line): void {
  let at = lines.length
  while (at > 0 && (lines[at - 1]?.[1] ?? 0) > line[1]) at -= 1
  lines.splice(at, 0, line)
}

const secondOf = ({ sentAt }: Named): number => Math.floor(sentAt / 1_000)

/** 96 bits tell a few thousand ids apart, and take a quarter of their room. */
const shortOf = ({ messageKey }: Named): string =>
  createHash('sha256').update(messageKey).digest('base64url').slice(0, 16)

interface Decoded {
  readonly lines: readonly Line[]
  readonly forgotten: number
}

function decoded(saved: string | undefined): Decoded {
  const value = saved === undefined ? undefined : jsonOf(saved)
  if (!isRecord(value) || value['version'] !== 1) return { lines: [], forgotten: 0 }
  const { lines, forgotten } = value as { readonly lines?: unknown; readonly forgotten?: unknown }
  return {
    lines: Array.isArray(lines) ? lines.filter(isLine) : [],
    forgotten: isSecond(forgotten) ? forgotten : 0,
  }
}

const isSecond = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const isLine = (value: unknown): value is Line =>
  Array.isArray(value) && isText(value[0]) && isSecond(value[1])
