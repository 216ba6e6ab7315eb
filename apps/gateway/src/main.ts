import { readArgs } from './args.ts'
import { complain, runGateway } from './run.ts'
import type { GatewayOptions } from './types.ts'

/** The gateway as a program of its own; `npm start` runs it. */
async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2))
  process.exitCode = options === undefined ? 2 : await runGateway(options)
}

function optionsOf(args: readonly string[]): GatewayOptions | undefined {
  try {
    return readArgs(args)
  } catch (error) {
    complain(error, {})
    return undefined
  }
}

await main()
