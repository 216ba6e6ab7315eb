import { channelContract } from '../../src/index.ts'
import { type Bug, memoryHarness } from './memory-channel.ts'

// Registered for each bug that the test names; run by it in a process of its own.
for (const bug of (process.env['BUGS'] ?? '').split(','))
  channelContract(bug, memoryHarness(bug as Bug))
