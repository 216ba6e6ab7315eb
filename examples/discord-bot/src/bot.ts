import { randomBytes } from 'node:crypto'
import { discordAddress } from '@openclaw/channel-discord'
import { discordConnection } from '@openclaw/channel-discord/transport'
import { openPairing } from '@openclaw/pairing/node'
import type { AccountId, EpochMs } from '@openclaw/pairing-contracts'

let saved: unknown // keep it in a file, so that a restart goes on where this run ended
const pairing = await openPairing()
const bot = discordConnection({
  token: process.env.DISCORD_BOT_TOKEN ?? '',
  apiRoot: process.env.DISCORD_API_ROOT ?? 'https://discord.com/api',
  account: 'default' as AccountId,
  cursor: {
    load: async () => saved,
    save: async (cursor) => {
      saved = cursor
    },
  },
  clock: { now: () => Date.now() as EpochMs },
  random: randomBytes,
})
const stop = new AbortController()
// Not `once`: the lock of the state ends a process that nobody listens for any more.
process.on('SIGINT', () => stop.abort())
process.on('SIGTERM', () => stop.abort())
pairing.announce(discordAddress(), bot.send)
await bot.run(
  {
    onMessage: async (message) => {
      const to = message.replyTo
      const said = await pairing.gate(message)
      if (said.outcome === 'challenge' && said.reply) await bot.send(said.reply)
      if (said.outcome === 'deliver') await bot.send({ to, text: `You said: ${said.message.text}` })
      return said.outcome
    },
    onIgnored: () => {},
    log: (level, event, fields) => console.error(level, event, fields),
  },
  stop.signal,
)
await pairing.close()
