import { isRecord } from '@openclaw/pairing-channel-kit'
import { isRow } from './classify.ts'
import type { Call } from './rpc.ts'

/** Chats that are looked at: the one with the newest message need not have the newest row. */
const CHATS = 3

/** The newest row of the Messages database that can be seen; 0 for an empty one, `undefined` when nobody knows. */
export async function newestRow(call: Call, ms: number): Promise<number | undefined> {
  const listed = await call('chats.list', { limit: CHATS }, ms)
  const chats = listOf(listed, 'chats')?.map(({ id }) => id)
  if (chats === undefined) return undefined
  const rows = await Promise.all(chats.filter(isRow).map((id) => newestOf(call, id, ms)))
  const known = rows.filter((row) => row !== undefined)
  return known.length < rows.length ? undefined : Math.max(0, ...known)
}

async function newestOf(call: Call, chatId: number, ms: number): Promise<number | undefined> {
  const answer = await call('messages.history', { chat_id: chatId, limit: 1 }, ms)
  const rows = listOf(answer, 'messages')?.map(({ id }) => id)
  return rows && Math.max(0, ...rows.filter(isRow))
}

interface Identified {
  readonly id?: unknown
}

function listOf(
  answer: Awaited<ReturnType<Call>>,
  name: 'chats' | 'messages',
): readonly Identified[] | undefined {
  const result = answer.kind === 'result' ? answer.result : undefined
  const list = isRecord(result) ? result[name] : undefined
  return Array.isArray(list) ? list.filter(isRecord) : undefined
}
