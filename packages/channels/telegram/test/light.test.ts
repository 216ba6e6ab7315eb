import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** The library files that importing `entry` loads, in a process of its own. */
function loadedBy(entry: string): string {
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source', '--input-type=module']
  const script = `
    import { Module } from 'node:module'
    await import('${new URL(entry, import.meta.url).href}')
    console.log(Object.keys(Module._cache).join('\\n'))`
  return execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' })
}

it('loads grammY with the transport, and with nothing else', () => {
  expect(loadedBy('../src/index.ts')).not.toContain('/grammy/')
  expect(loadedBy('../src/transport.ts')).toContain('/grammy/')
})
