// Runs a program and gives back what it said; never throws.
import { execFile } from 'node:child_process'

const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024

/** Settings of an outer `npm run` that would steer an inner npm into this repository. */
const inherited =
  /^(npm_(package|lifecycle|config_local_prefix|command|execpath)|INIT_CWD|NODE_OPTIONS)/

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, timeoutMs?: number, env?: Record<string, string>, signal?: AbortSignal }} options `signal` asks it to end
 * @returns {Promise<{ ok: boolean, stdout: string, output: string }>}
 */
export function run(program, args, { cwd, timeoutMs = 180_000, env = {}, signal }) {
  const kept = Object.entries(process.env).filter(([name]) => !inherited.test(name))
  const options = {
    cwd,
    env: { ...Object.fromEntries(kept), ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_LIMIT_BYTES,
  }
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const late = error?.killed === true ? `\nstopped after ${timeoutMs} ms` : ''
      resolve({ ok: error === null, stdout, output: `${stdout}${stderr}${late}`.trim() })
    })
    signal?.addEventListener('abort', () => child.kill('SIGTERM'))
    child.stdin?.end()
  })
}

/** Does `work` for each item, at most `width` at a time, and keeps the order. */
export async function inParallel(items, width, work) {
  const results = new Array(items.length)
  const queue = items.entries()
  const worker = async () => {
    for (const [at, item] of queue) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
