import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository; this file is bundled into `dist/main.js`, two folders below `tooling/`. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../../..')

/** The command as users start it. */
export const cliMain: string = join(root, 'apps/cli/dist/main.js')

/** Results and the state directories of a run: on the disk of the checkout, since `/tmp` may be memory. */
export const resultsFolder: string = join(root, 'tooling/bench/results')
