import { channelContract } from '../../src/index.ts'
import { type Bug, memoryHarness } from './memory-channel.ts'

/** Wrong on an account that is a person's own. */
const personal: ReadonlySet<string> = new Set(['ageless', 'drops-late', 'own-pairs'])

// Registered for each bug that the test names; run by it in a process of its own.
for (const bug of (process.env['BUGS'] ?? '').split(','))
  channelContract(bug, memoryHarness(bug as Bug, personal.has(bug) ? 'person' : 'bot'))
