import { lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nodeStoreFiles } from '../src/node.ts'
import { tempRoot } from './support-temp.ts'

const OTHER = 12345

describe.skipIf(process.getuid?.() !== 0)('giving a file away', () => {
  it('never gives away what a link leads to', () => {
    const temp = tempRoot()
    onTestFinished(temp.remove)
    const [target, path] = [join(temp.root, 'target'), join(temp.root, 'link')]
    writeFileSync(target, 'a file of root')
    symlinkSync(target, path)
    nodeStoreFiles().chown(path, OTHER, OTHER)
    expect(statSync(target).uid).toBe(0)
    expect(lstatSync(path).uid).toBe(OTHER)
  })
})
