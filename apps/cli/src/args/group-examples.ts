import type { Example } from './types.ts'

/** What stands under the help of a group of commands: the way through it, as it is gone most often. */
export const groupExamples: ReadonlyMap<string, readonly Example[]> = new Map([
  [
    'pairing',
    [
      { line: 'pairing list', what: 'who asks to be let in' },
      { line: 'pairing approve telegram ABCD2345', what: 'let them in' },
    ],
  ],
  [
    'owner',
    [
      { line: 'owner add telegram 123456789', what: 'you, by the id that the bot answers' },
      { line: 'owner notices', what: 'who was told of whom' },
    ],
  ],
  [
    'devices',
    [
      { line: 'devices list', what: 'which devices ask, which are paired' },
      { line: 'devices approve device-0a1b2c3d4e5f', what: 'look, then decide' },
    ],
  ],
  ['nodes', [{ line: 'nodes list', what: 'which nodes there are, which are connected' }]],
  ['channels', [{ line: 'channels login whatsapp', what: 'scan the code with the phone' }]],
  [
    'node',
    [
      { line: 'node join', what: 'paste the setup code; once paired, it connects again' },
      { line: 'node join --name kitchen', what: 'with a name of your own' },
    ],
  ],
])
