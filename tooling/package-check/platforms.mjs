// The far sides that examples of channels talk to, by the variable that says where each is.
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
