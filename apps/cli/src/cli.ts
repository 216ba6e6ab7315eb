import { EXIT } from './exit-codes.ts'
import { run } from './run.ts'
import { processWorld } from './world.ts'

// Until it is known better; so a command that ends before it is done has failed.
process.exitCode = EXIT.failed
// Not `process.exit`: timers and files are closed by whoever opened them.
void run(processWorld()).then((exitCode) => {
  process.exitCode = exitCode
})
