import { readFileSync } from 'node:fs'

let known: string | undefined

/** The version of this package, from the manifest beside its code; `dev` where there is none. */
export function version(): string {
  known ??= read('../package.json') ?? read('../../package.json') ?? 'dev'
  return known
}

function read(path: string): string | undefined {
  try {
    const manifest = readFileSync(new URL(path, import.meta.url), 'utf8')
    const { version: found } = JSON.parse(manifest) as { readonly version?: unknown }
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
