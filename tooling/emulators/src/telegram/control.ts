import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf } from '../loopback.ts'
import type { Fault } from './faults.ts'
import type { Person, RawUpdate } from './people.ts'
import type { TelegramEmulator, WrittenMessage } from './types.ts'

type Command = (emulator: TelegramEmulator, body: never) => unknown

const identified = ({ updateId, messageId }: WrittenMessage) => ({ updateId, messageId })

const commands: Readonly<Record<string, Command>> = {
  'GET /control/sent': ({ sent }) => sent,
  'GET /control/calls': ({ calls }) => calls,
  'GET /control/state': (emulator) => ({
    pending: emulator.pending(),
    polled: emulator.polled(),
    webhook: emulator.webhook(),
  }),
  'POST /control/message': ({ message }, { from, text }: { from: Person; text: string }) =>
    identified(message(from, text)),
  'POST /control/group': (
    { group },
    { chatId, from, text }: { chatId: number; from: Person; text: string },
  ) => identified(group(chatId, from, text)),
  'POST /control/update': ({ push }, update: RawUpdate) => ({ updateId: push(update) ?? null }),
  'POST /control/redeliver': ({ redeliver }, { updateId }: { updateId: number }) =>
    redeliver(updateId),
  'POST /control/fault': ({ fault }, given: Fault) => fault(given),
  'DELETE /control/faults': ({ clearFaults }) => clearFaults(),
  'POST /control/block': ({ block }, { chatId }: { chatId: number }) => block(chatId),
  'POST /control/unblock': ({ unblock }, { chatId }: { chatId: number }) => unblock(chatId),
  'POST /control/webhook': ({ setWebhook }, { url }: { url: string }) => setWebhook(url),
  'POST /control/revoke-token': ({ revokeToken }) => revokeToken(),
  'POST /control/cut': ({ cut }) => setImmediate(cut) && undefined,
}

/**
 * The levers of an emulator over HTTP, under `/control/`, for tests in other processes. JSON in, JSON out; 404 for what
 * is no command, 400 with the message for what failed.
 */
export async function control(
  emulator: TelegramEmulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = request.url?.split('?')[0] ?? ''
  if (!path.startsWith('/control/')) return false
  const run = commands[`${request.method ?? 'GET'} ${path}`]
  if (run === undefined) return reply(response, 404, { error: 'no such command' })
  try {
    const body = await bodyOf(request)
    const given = body.length === 0 ? {} : JSON.parse(body.toString())
    return reply(response, 200, run(emulator, given as never) ?? {})
  } catch (error) {
    return reply(response, 400, { error: error instanceof Error ? error.message : 'failed' })
  }
}

function reply(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
  return true
}
