import { MAX_COMMAND } from './limits.ts'

/** What was written after the name of a command: its first word in lower case (`approve`), and the one after it as it is. */
export interface Words {
  readonly verb: string
  readonly what: string | undefined
}

const COMMAND = /^\/pair(?:@\w{1,64})?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s[\s\S]*)?$/i

/** Reads `/pair …`, also `/pair@bot …`; `undefined` for everything else. Whoever writes in a direct chat means this bot. */
export function pairCommand(text: string): Words | undefined {
  const line = text.trim()
  const found = COMMAND.exec(line.slice(0, MAX_COMMAND))
  if (found === null) return undefined
  if (line.length > MAX_COMMAND) return { verb: 'help', what: undefined }
  return { verb: (found[1] ?? '').toLowerCase(), what: found[2] }
}
