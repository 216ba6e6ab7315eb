import { resolve } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { checker } from '../check.ts'
import { ClientFileNotWritten, TokenCacheOfOther, TokenCacheUnreadable } from './file-errors.ts'
import { MAX_FILE_TRIES } from './limits.ts'
import {
  type FileMark,
  markAt,
  parseJson,
  readPrivateFile,
  replacePrivateFile,
} from './private-file.ts'
import type { TokenCache } from './token-cache.ts'
import {
  encodeTokenFile,
  slotToRead,
  type TokenEntries,
  type TokenFile,
  withoutToken,
  withToken,
} from './token-slots.ts'

const entry = z.looseObject({
  token: z.string(),
  role: z.string(),
  scopes: z.array(z.string()),
  updatedAtMs: z.number(),
  gateway: z.string().exactOptional(),
})

const checkFile = checker<TokenFile>(
  z.looseObject({
    version: z.literal(1),
    deviceId: z.string(),
    tokens: z.record(z.string(), entry),
  }),
)

interface Read {
  readonly file: TokenFile
  readonly mark: FileMark | undefined
}

/**
 * Tokens in a file such as `identity/device-auth.json`, mode 0600, which OpenClaw 2026.2 reads and writes as well.
 *
 * Each change is one step on disk, and changes of one process follow each other. Where another process writes at the
 * same time, the change is made again on what it wrote.
 *
 * @param deviceId - whose tokens: `identity.deviceId`
 * @returns a cache that rejects with {@link TokenCacheUnreadable}, {@link TokenCacheOfOther} or
 * {@link ClientFileNotWritten}
 */
export function fileTokenCache(path: string, deviceId: string): TokenCache {
  const file = resolve(path)
  const change = (edit: (entries: TokenEntries) => TokenEntries): Promise<void> =>
    inTurn(file, () => changeFile({ path, deviceId, edit }))
  return {
    load: async (key) => {
      const { tokens } = (await inTurn(file, () => read(path, deviceId))).file
      const slot = slotToRead(tokens, key)
      const found = slot === undefined ? undefined : tokens[slot]
      if (found === undefined) return undefined
      const { token, scopes, updatedAtMs } = found
      return { token, scopes, updatedAtMs: updatedAtMs as EpochMs }
    },
    save: (key, token) => change((entries) => withToken(entries, key, token)),
    drop: (key, token) => change((entries) => withoutToken(entries, key, token)),
  }
}

/** What this process does with each file, last in line; a file is here as long as something is done with it. */
const lines = new Map<string, Promise<unknown>>()

async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(file) ?? Promise.resolve()
  const mine = before.then(work)
  const settled = mine.catch(() => {})
  lines.set(file, settled)
  try {
    return await mine
  } finally {
    if (lines.get(file) === settled) lines.delete(file)
  }
}

interface FileChange {
  readonly path: string
  readonly deviceId: string
  readonly edit: (entries: TokenEntries) => TokenEntries
}

async function changeFile({ path, deviceId, edit }: FileChange): Promise<void> {
  for (let attempt = 0; attempt < MAX_FILE_TRIES; attempt += 1) {
    const { file, mark } = await read(path, deviceId)
    const tokens = edit(file.tokens)
    if (tokens === file.tokens) return
    if ((await markAt(path)) !== mark) continue
    return await replacePrivateFile(path, encodeTokenFile({ ...file, tokens })).catch(
      (cause: unknown) => {
        throw new ClientFileNotWritten(path, cause)
      },
    )
  }
  throw new ClientFileNotWritten(path)
}

async function read(path: string, deviceId: string): Promise<Read> {
  const found = await readPrivateFile(path)
  if (found.found === 'nothing') {
    return { file: { version: 1, deviceId, tokens: {} }, mark: undefined }
  }
  if (found.found === 'fault') throw new TokenCacheUnreadable(path, found.why, found.cause)
  const checked = checkFile(parseJson(found.text))
  if (!checked.ok) throw new TokenCacheUnreadable(path, checked.problem)
  if (checked.value.deviceId !== deviceId) throw new TokenCacheOfOther(path)
  return { file: checked.value, mark: found.mark }
}
