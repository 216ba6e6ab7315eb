/** The keys that only the section of one channel has, so that a slip in them is seen. */
export const KEYS_OF: Readonly<Record<string, readonly string[]>> = {
  signal: [
    ...['account', 'httpUrl', 'httpHost', 'httpPort'],
    ...['autoStart', 'cliPath', 'startupTimeoutMs', 'receiveMode'],
    ...['ignoreAttachments', 'ignoreStories', 'sendReadReceipts'],
  ],
  imessage: ['cliPath', 'dbPath', 'remoteHost', 'service', 'region'],
  discord: ['token'],
  slack: ['mode', 'botToken', 'appToken', 'signingSecret'],
  whatsapp: ['authDir'],
}
