import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, Command } from '../args/types.ts'
import { given } from '../args/values.ts'
import { type Stage, stageOn } from '../demo/stage.ts'
import { playStory, tellEnd } from '../demo/story.ts'
import { FailedError, RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { World } from '../world.ts'

/** `demo`. */
export const command: Command = {
  usage: ['demo [--fast]'],
  about:
    'Plays the whole story in one terminal: a stranger writes, gets a code, you approve, her next message is delivered, you revoke. With the real store and the real commands, in a temporary directory that is removed afterwards; your own state is not touched.',
  options: {
    fast: { type: 'boolean', summary: 'without pauses; so it is when the output is piped' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'demo', what: 'a minute well spent' }],
  run: demo,
}

const PAUSE_MS = 1_100
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

async function demo(call: Call): Promise<ExitCode> {
  const { out } = call.screen
  const stop = new AbortController()
  const end = (): void => stop.abort()
  // Further signals must not cut the cleaning up short.
  for (const signal of SIGNALS) process.on(signal, end)
  const watched = out.isTerminal && !call.json && !given(call, 'fast')
  const stage = stageOn(call.json ? undefined : out, {
    pause: watched ? PAUSE_MS : 0,
    signal: stop.signal,
  })
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-demo-'))
  try {
    await play(call, { stage, folder })
  } catch (error) {
    if (!stop.signal.aborted) throw error
    throw new RefusedError('ERR_CLI_INTERRUPTED', 'the demo was stopped; its directory was removed')
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, end)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  finish(call, stage)
  return EXIT.done
}

async function play(
  call: Call,
  { stage, folder }: { readonly stage: Stage; readonly folder: string },
): Promise<void> {
  const world = demoWorld(call, folder)
  await mkdir(join(folder, 'state'), { mode: 0o700 })
  await writeFile(join(folder, 'state/openclaw.json'), CONFIG, { mode: 0o600 })
  // The demo does what a gateway does; the commands in it should know.
  const runtime = JSON.stringify({ pid: process.pid })
  await writeFile(join(folder, 'state/gateway.runtime.json'), runtime, { mode: 0o600 })
  await stage.tell(`A real store, in ${folder}. It goes when the story ends.`)
  const type = async (args: readonly string[]): Promise<void> => {
    await stage.command([world.program, ...args].join(' '))
    const exit = await call.again({ ...world, args })
    if (exit !== EXIT.done) throw new FailedError(`the demo stopped at: ${args.join(' ')}`)
  }
  const { openPairing } = await import('../people/open.ts')
  const pairing = await openPairing({ env: world.env, program: world.program })
  try {
    await playStory({ pairing, stage, type, now: world.now })
  } finally {
    await pairing.close()
  }
  await tellEnd({ stage, type })
}

const CONFIG = `${JSON.stringify({ channels: { telegram: { dmPolicy: 'pairing' } } }, undefined, 2)}\n`

/** The same world with another state directory and nobody to be asked. */
function demoWorld({ world, json }: Call, folder: string): World {
  const silent = { ...world.out, write: () => {} }
  return {
    ...world,
    env: {
      ...variablesOfOthers(world.env),
      HOME: folder,
      OPENCLAW_STATE_DIR: join(folder, 'state'),
    },
    stdinIsTerminal: () => false,
    out: json ? silent : world.out,
    err: json ? silent : world.err,
  }
}

/** Nothing of a real OpenClaw must reach the demo: no directory, no profile, no token. */
function variablesOfOthers(env: World['env']): World['env'] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:OPENCLAW|CLAWDBOT|TELEGRAM|MOLT)/.test(name)),
  )
}

function finish({ json, screen, program }: Call, stage: Stage): void {
  if (json) {
    screen.json({ steps: stage.steps() })
    return
  }
  const { out } = screen
  out.line()
  out.line(out.style.bold('That was all. With your own bot:'))
  out.line(`  ${program} gateway`)
  out.line(`  ${program} pairing list`)
}
