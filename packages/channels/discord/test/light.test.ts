import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('loads the SDK with the transport, and with nothing else', () => {
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source', '--input-type=module']
  const url = (path: string): string => new URL(path, import.meta.url).href
  const script = `
    import { Module } from 'node:module'
    const isLoaded = () => Object.keys(Module._cache).some((path) => path.includes('/undici/'))
    await import('${url('../src/index.ts')}')
    const withIndex = isLoaded()
    await import('${url('../src/transport.ts')}')
    console.log(withIndex, isLoaded())`
  const output = execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' })
  expect(output).toBe('false true\n')
})
