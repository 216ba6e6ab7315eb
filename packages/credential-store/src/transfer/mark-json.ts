import type { EpochMs, Json } from '@openclaw/pairing-contracts'
import { isObject } from '../journal/decode-line.ts'
import type { AwayMark, TransferMark } from './types.ts'

/** The mark in a JSON text; `undefined` when it is none. */
export function decodeMark(text: string): TransferMark | undefined {
  const json = JSON.parse(text) as Json
  if (!isObject(json)) return undefined
  const { kind, id, at, to, from, isDone } = json as { readonly [name: string]: Json | undefined }
  if (typeof id !== 'string' || typeof at !== 'number') return undefined
  const said = { id, at: at as EpochMs }
  if (kind === 'away' && typeof to === 'string') {
    return { kind, ...said, to, isDone: isDone === true }
  }
  return kind === 'arriving' && typeof from === 'string' ? { kind, ...said, from } : undefined
}

/** True for the mark of this very run: each one of the same move has a time of its own. */
export function isThisMark(known: TransferMark | undefined, { id, at }: AwayMark): boolean {
  return known?.kind === 'away' && known.id === id && known.at === at
}
