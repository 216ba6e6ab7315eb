// A small gateway in a process of its own, for the test that kills it: answers each message once, as the real one does,
// by writing down that it is about to.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, open, readFile, rename } from 'node:fs/promises'
import type { AccountId, EpochMs } from '@openclaw/pairing-contracts'
import { telegramConnection } from '../src/transport.ts'

const [, , token = '', apiRoot = '', folder = ''] = process.argv
const [cursorPath, workPath, logPath] = ['cursor', 'work', 'log'].map((name) => `${folder}/${name}`)

async function writeSynced(path: string, flags: string, text: string): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const readOr = async (path: string, otherwise: string): Promise<string> =>
  existsSync(path) ? readFile(path, 'utf8') : otherwise

const begun = new Set((await readOr(`${workPath}`, '')).split('\n'))

const connection = telegramConnection({
  ...{ token, apiRoot, account: 'default' as AccountId },
  clock: { now: () => Date.now() as EpochMs },
  random: (length) => randomBytes(length),
  cursor: {
    load: async () => JSON.parse(await readOr(`${cursorPath}`, 'null')),
    save: async (cursor) => {
      await writeSynced(`${cursorPath}.tmp`, 'w', JSON.stringify(cursor))
      await rename(`${cursorPath}.tmp`, `${cursorPath}`)
    },
  },
  timing: { backoffMs: 20, paceMs: 20, saveMs: 50 },
})

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await connection.run(
  {
    onIgnored: () => {},
    log: (_, event, fields) =>
      void appendFile(`${logPath}`, `${event} ${String(fields['message'])}\n`),
    onMessage: async ({ messageKey, replyTo, text }) => {
      if (begun.has(messageKey)) {
        await appendFile(`${logPath}`, `message-interrupted ${messageKey}\n`)
        return undefined
      }
      begun.add(messageKey)
      await writeSynced(`${workPath}`, 'a', `${messageKey}\n`)
      await connection.send({ to: replyTo, text: `re: ${text}` })
      return 'deliver'
    },
  },
  stop.signal,
)
