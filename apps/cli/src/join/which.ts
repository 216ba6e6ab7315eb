import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Json } from '@openclaw/pairing-contracts'
import { CommandFailed, type CommandHandler } from '@openclaw/pairing-protocol/client'

/** Programs that one call asks for, and folders that are looked at. */
const MAX_BINS = 64
const MAX_FOLDERS = 64
const NAME = /^[A-Za-z0-9][\w.+-]{0,63}$/

/** `system.which`: where programs lie, as `{bins: {git: '/usr/bin/git'}}`. It looks, and runs nothing. */
export function which(path: string | undefined): CommandHandler {
  const folders = (path ?? '').split(delimiter).filter((each) => each !== '')
  return async (params) => {
    const found = await Promise.all(
      namesOf(params).map(async (name) => [name, await find(name, folders)] as const),
    )
    return { bins: Object.fromEntries(found.filter(([, at]) => at !== undefined)) as Json }
  }
}

function namesOf(params: Json | undefined): readonly string[] {
  const bins =
    typeof params === 'object' && params !== null && 'bins' in params ? params['bins'] : []
  const isGood = (name: unknown): name is string => typeof name === 'string' && NAME.test(name)
  if (Array.isArray(bins) && bins.length <= MAX_BINS && bins.every(isGood)) {
    return [...new Set(bins)]
  }
  throw new CommandFailed('INVALID_PARAMS', `bins is a list of at most ${String(MAX_BINS)} names`)
}

async function find(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders.slice(0, MAX_FOLDERS)) {
    const at = join(folder, name)
    if (await isProgram(at)) return at
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
