#!/usr/bin/env node
/**
 * The `openclaw` command: decide who may use your assistant, see what was decided, and run the gateway.
 *
 * @packageDocumentation
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Script } from 'node:vm'

/** What Node calls a CommonJS file with. */
type Body = (
  exports: unknown,
  require: NodeJS.Require,
  module: { readonly exports: unknown },
  filename: string,
  dirname: string,
) => void

// This file is built as CommonJS. Its own names are used as they are: looking for others would cost a tenth of the start.
const file = `${__dirname}/${bundle()}.cjs`
const cache = `${file}.cache`

/** The bundle, compiled before where that still fits this version of Node: a third of the time it takes to start. */
function scriptOf(cachedData: Buffer | undefined): Script {
  return new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
}

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cache)
  } catch {
    return undefined
  }
}

/** At the end, so that everything the command needed is in it. Only the build asks for it. */
function writeCache(script: Script): void {
  process.once('exit', () => {
    writeFileSync(`${cache}.new`, script.createCachedData())
    renameSync(`${cache}.new`, cache)
  })
}

/** Lists have files of their own: a list is asked for again and again, and needs none of the rest. */
function bundle(): string {
  const [, , group, command, ...rest] = process.argv
  // What asks a gateway elsewhere is with all the others.
  const isHere = !rest.some((arg) => arg.startsWith('--url'))
  const isOwn = command === 'list' && (group === 'pairing' || (group === 'devices' && isHere))
  return isOwn ? `${group}-list` : 'cli'
}

const script = scriptOf(readCache())
if (process.env['OPENCLAW_WRITE_COMPILED'] === '1') writeCache(script)
const loaded = { exports: {} }
const body = script.runInThisContext() as Body
body(loaded.exports, require, loaded, file, __dirname)
