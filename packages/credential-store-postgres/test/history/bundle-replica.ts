import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

/** A text of the source that is put in place of another one. */
export interface Replacement {
  /** Below `src`. */
  readonly file: string
  readonly find: string
  readonly by: string
}

const source = join(import.meta.dirname, '../../src')

/**
 * Bundles a replica into `folder`, so that starting one takes no longer than starting node.
 *
 * @throws RangeError when a text that is to be replaced is not there exactly once: then nothing was seeded
 */
export async function bundleReplica(
  folder: string,
  mistake: readonly Replacement[] = [],
): Promise<string> {
  const texts = mutated(mistake)
  await build({
    entry: { replica: join(import.meta.dirname, 'replica.child.ts') },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    config: false,
    silent: true,
    splitting: false,
    noExternal: [/.*/],
    external: ['pg-native'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url)" },
    esbuildOptions: (options) => {
      options.conditions = ['@openclaw-pairing/source']
    },
    esbuildPlugins: [
      {
        name: 'seeded-mistakes',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = texts.get(path)
            return contents === undefined ? undefined : { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  return join(folder, 'replica.mjs')
}

function mutated(mistake: readonly Replacement[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { file, find, by } of mistake) {
    const path = join(source, file)
    const parts = (texts.get(path) ?? readFileSync(path, 'utf8')).split(find)
    if (parts.length !== 2)
      throw new RangeError(`${file} has ${String(parts.length - 1)} times: ${find}`)
    texts.set(path, parts.join(by))
  }
  return texts
}
