import { readFileSync } from 'node:fs'

/** The version of this package, from its manifest beside the bundle. */
export function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(manifest) as { readonly version: string }
  return version
}
