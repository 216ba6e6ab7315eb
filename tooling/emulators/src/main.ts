import { parseArgs } from 'node:util'
import { control } from './telegram/control.ts'
import { startTelegramEmulator } from './telegram/emulator.ts'
import type { TelegramEmulator } from './telegram/types.ts'

// Runs a Telegram emulator as a process: prints one JSON line `{url, token, control}` when it listens, ends on a signal.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, token: { type: 'string' } },
})

const started: { emulator?: TelegramEmulator } = {}
const emulator = await startTelegramEmulator({
  port: Number(values.port),
  ...(values.token !== undefined && { token: values.token }),
  other: async (request, response) =>
    started.emulator !== undefined && control(started.emulator, request, response),
})
started.emulator = emulator
process.stdout.write(
  `${JSON.stringify({ url: emulator.url, token: emulator.token, control: `${emulator.url}/control` })}\n`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void emulator.close().then(() => process.exit(0)))
}
