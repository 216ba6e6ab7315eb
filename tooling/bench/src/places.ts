import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository; this file is bundled into `dist/main.js`, two folders below `tooling/`. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../../..')

const cli = join(root, 'apps/cli')
const manifest = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8')) as {
  readonly bin: { readonly openclaw: string }
}

/** The command as users start it. */
export const cliMain: string = join(cli, manifest.bin.openclaw)

/** What `npm start` runs. */
export const gatewayMain: string = join(root, 'apps/gateway/dist/app/main.js')

/** Results and the state directories of a run: on the disk of the checkout, since `/tmp` may be memory. */
export const resultsFolder: string = join(root, 'tooling/bench/results')

/** The program that plays many devices. */
export const deviceClientMain: string = join(root, 'tooling/bench/dist/device-client.js')

/** A WebSocket server that does the least that has to be done for a device. */
export const bareServerMain: string = join(root, 'tooling/bench/dist/bare-server.js')

/** The program that is one replica over a database. */
export const postgresReplicaMain: string = join(root, 'tooling/bench/dist/postgres-replica.js')
