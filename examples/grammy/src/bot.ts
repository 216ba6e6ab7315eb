import { telegramAddress, telegramGate, telegramSend } from '@openclaw/channel-telegram'
import { openPairing } from '@openclaw/pairing/node'
import { Bot } from 'grammy'

const { TELEGRAM_BOT_TOKEN = '', TELEGRAM_API_ROOT: apiRoot } = process.env
const pairing = await openPairing()
const bot = new Bot(TELEGRAM_BOT_TOKEN, { client: { ...(apiRoot && { apiRoot }) } })

bot.use(telegramGate(pairing.gate))
bot.on('message:text', (ctx) => ctx.reply(`You said: ${ctx.message.text}`))
bot.catch(({ error }) => console.error(error))

pairing.announce(telegramAddress(), telegramSend(bot.api))
process.on('SIGINT', () => void bot.stop())
process.on('SIGTERM', () => void bot.stop())
await bot.start()
await pairing.close()
