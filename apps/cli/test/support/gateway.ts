import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home, Ran } from './cli.ts'

/** A gateway of ours that runs on a home directory. */
export interface RunningGateway {
  /** `ws://127.0.0.1:…` */
  readonly url: string
  /** The secret that devices ask with. */
  readonly token: string
  readonly stop: () => void
}

/** Runs `openclaw gateway` until it says where it is. */
export async function runGateway(
  home: Home,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningGateway> {
  const line = [home.main, 'gateway', '--port', '0', '--json']
  const child: ChildProcess = spawn(process.execPath, line, { env: { ...home.env, ...env } })
  let out = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part
      if (out.includes('}\n')) resolve(String(JSON.parse(out).url))
    })
    child.once('close', (exit) => reject(new Error(`it ended with ${String(exit)}`)))
  })
  return {
    url: url.replace('http', 'ws'),
    token: readFileSync(join(home.stateDir, 'gateway-token'), 'utf8').trim(),
    stop: () => void child.kill('SIGKILL'),
  }
}

/** The id of the request that a refusal names. */
export function requestOf({ stderr }: Pick<Ran, 'stderr'>): string {
  const [, requestId] = /openclaw devices approve (\S+)$/m.exec(stderr) ?? []
  if (requestId === undefined) throw new Error(`no request is named:\n${stderr}`)
  return requestId
}
