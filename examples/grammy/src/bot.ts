import {
  isTelegramToken,
  TelegramTokenMalformed,
  telegramAddress,
  telegramGate,
  telegramSend,
} from '@openclaw/channel-telegram'
import { openPairing } from '@openclaw/pairing/node'
import { Bot } from 'grammy'

// The words alone: inside an error of the client is the address that it called, and in that the token.
const tell = (error: unknown) => console.error(error instanceof Error ? error.message : error)
process.on('uncaughtException', (error) => {
  tell(error)
  process.exit(1)
})

const { TELEGRAM_BOT_TOKEN: token = '', TELEGRAM_API_ROOT: apiRoot } = process.env
if (!isTelegramToken(token)) throw new TelegramTokenMalformed()
const pairing = await openPairing()
const bot = new Bot(token, { client: { ...(apiRoot && { apiRoot }) } })

bot.use(telegramGate(pairing.gate))
bot.on('message:text', (ctx) => ctx.reply(`You said: ${ctx.message.text}`))
bot.catch(({ error }) => tell(error))

process.on('SIGINT', () => void bot.stop())
process.on('SIGTERM', () => void bot.stop())
await bot.start({ onStart: () => pairing.announce(telegramAddress(), telegramSend(bot.api)) })
await pairing.close()
