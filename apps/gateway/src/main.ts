import { readArgs } from './args.ts'
import { runGateway } from './run.ts'

/** The gateway as a program of its own; `npm start` runs it. */
async function main(): Promise<void> {
  try {
    process.exitCode = await runGateway(readArgs(process.argv.slice(2)))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unknown'}\n`)
    process.exitCode = 2
  }
}

await main()
