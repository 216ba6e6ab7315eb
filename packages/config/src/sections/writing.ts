import type { ChunksConfig, RetryConfig } from '../account-types.ts'
import { ATTEMPTS_BOUNDS, CHUNK_BOUNDS, DELAY_BOUNDS_MS, LINES_BOUNDS } from '../limits.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readChoice,
  readNumber,
  readObject,
  readWhole,
  wrong,
} from '../read/node.ts'
import { nearestOf } from './levels.ts'

/**
 * Reads `textChunkLimit` and `chunkMode`.
 *
 * @param levels - nearest first
 * @param longest - what the platform takes in one message, in UTF-16 units; holds where nothing is written
 */
export function readChunks(levels: readonly Node[], longest: number): ChunksConfig {
  const limit = nearestOf(levels, 'textChunkLimit')
  const mode = nearestOf(levels, 'chunkMode')
  return {
    limit: (limit && readLimit(limit, longest)) ?? longest,
    mode: (mode && orNothing(readChoice(mode, ['length', 'newline'] as const))) ?? 'length',
  }
}

function readLimit(node: Node, longest: number): number | undefined {
  const units = orNothing(readWhole(node, CHUNK_BOUNDS))
  if (units === undefined || units <= longest) return units
  node.report.warn(node.path, {
    problem: `is more than a message has here; ${String(longest)} holds`,
    fix: `Write ${String(longest)} or less, or remove the key.`,
  })
  return longest
}

/** Reads `maxLinesPerMessage`. */
export function readLines(levels: readonly Node[], otherwise: number): number {
  const node = nearestOf(levels, 'maxLinesPerMessage')
  return (node && orNothing(readWhole(node, LINES_BOUNDS))) ?? otherwise
}

/** Reads `retry`; what it does not say, the next level says, and `otherwise` in the end. */
export function readRetry(levels: readonly Node[], otherwise: RetryConfig): RetryConfig {
  const retries = levels.map((level) => below(level, 'retry'))
  for (const node of retries) {
    readObject(node)
    warnUnknownKeys(node, Object.keys(otherwise))
  }
  const whole = (key: keyof RetryConfig, bounds: readonly [number, number]): number => {
    const node = nearestOf(retries, key)
    return (node && orNothing(readWhole(node, bounds))) ?? otherwise[key]
  }
  const jitter = nearestOf(retries, 'jitter')
  const minDelayMs = whole('minDelayMs', DELAY_BOUNDS_MS)
  const most = nearestOf(retries, 'maxDelayMs')
  const maxDelayMs = whole('maxDelayMs', DELAY_BOUNDS_MS)
  if (most !== undefined && maxDelayMs < minDelayMs)
    wrong(most, 'is less than minDelayMs', `Write ${String(minDelayMs)} or more.`)
  return {
    attempts: whole('attempts', ATTEMPTS_BOUNDS),
    minDelayMs,
    maxDelayMs: Math.max(minDelayMs, maxDelayMs),
    jitter: (jitter && orNothing(readNumber(jitter, [0, 1]))) ?? otherwise.jitter,
  }
}
