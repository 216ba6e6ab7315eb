import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import { argumentWord } from '../program.ts'
import { commandLine } from '../remote/options.ts'
import type { SeenRequest } from './door.ts'
import { claim, shortId } from './words.ts'

/** How an approval is taken back: to what the role had before where there is a way to that, else all of the role. */
export function undoWords(call: Call, request: SeenRequest): string {
  const { role, granted, difference } = request
  const which = `--device ${shortId(request.deviceId)} --role ${claim(role)}`
  const revoke = `${commandLine(call, 'devices revoke')} ${which}`
  const before = granted.find((grant) => grant.role === role && grant.revokedAt === undefined)
  if (before === undefined) return `Undo: ${revoke}`
  const isMore = difference.some((part) => part.startsWith('scope '))
  if (role === 'operator' && isMore && before.scopes.length > 0) {
    const scopes = before.scopes.map((scope) => `--scope ${safe(argumentWord(scope))}`)
    return `Undo: ${[commandLine(call, 'devices rotate'), which, ...scopes].join(' ')}`
  }
  return `There is no way back to what it had before; this ends all that it may as ${claim(role)}: ${revoke}`
}
