// The far sides that examples of channels talk to, by the variable that says where each is.
import { createServer } from 'node:net'

const EMULATORS = '@openclaw-pairing/emulators'

/**
 * By the variable in an example that says where its platform is: starts a stand-in where somebody writes, and says what
 * the example needs to be there.
 */
export const platforms = {
  TELEGRAM_API_ROOT: async () => {
    const { startTelegramEmulator } = await import(EMULATORS)
    const emulator = await startTelegramEmulator()
    const env = { TELEGRAM_BOT_TOKEN: emulator.token, TELEGRAM_API_ROOT: emulator.url }
    return { emulator, env, say: () => emulator.message(200_001, 'hello') }
  },
  SLACK_API_ROOT: async () => {
    const { startSlackEmulator } = await import(EMULATORS)
    const emulator = await startSlackEmulator()
    const { botToken, appToken, url } = emulator
    const env = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_ROOT: url }
    return { emulator, env, say: () => emulator.message('U0ADALOVE', 'hello') }
  },
  WHATSAPP_API_ROOT: async () => {
    const { startWhatsappEmulator } = await import(EMULATORS)
    const emulator = await startWhatsappEmulator({ retryMs: 200 })
    const port = await freePort()
    emulator.callback(`http://127.0.0.1:${port}/whatsapp/webhook`)
    const env = {
      PORT: port,
      WHATSAPP_PHONE_NUMBER_ID: emulator.phoneNumberId,
      WHATSAPP_ACCESS_TOKEN: emulator.accessToken,
      WHATSAPP_APP_SECRET: emulator.appSecret,
      WHATSAPP_VERIFY_TOKEN: 'a-word-of-ours',
      WHATSAPP_API_ROOT: emulator.url,
    }
    return { emulator, env, say: () => emulator.message(1, 'hello') }
  },
  DISCORD_API_ROOT: async () => {
    const { startDiscordEmulator } = await import(EMULATORS)
    const emulator = await startDiscordEmulator()
    const env = { DISCORD_BOT_TOKEN: emulator.token, DISCORD_API_ROOT: emulator.url }
    const say = async () => {
      while (emulator.entrances.length === 0) await new Promise((done) => setTimeout(done, 20))
      emulator.message('200000000000000001', 'hello')
    }
    return { emulator, env, say }
  },
  SIGNAL_HTTP_URL: async () => {
    const { startSignalEmulator } = await import(EMULATORS)
    const emulator = await startSignalEmulator()
    return {
      emulator,
      env: { SIGNAL_HTTP_URL: emulator.url },
      say: () => emulator.message(1, 'hello'),
    }
  },
  BLUEBUBBLES_URL: async () => {
    const { startBlueBubblesEmulator } = await import(EMULATORS)
    const emulator = await startBlueBubblesEmulator()
    const env = { BLUEBUBBLES_URL: emulator.url, BLUEBUBBLES_PASSWORD: emulator.password }
    return { emulator, env, say: () => emulator.message(1, 'hello') }
  },
}

/** One that the platform can be told before anybody listens there. */
async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}
