import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home, Ran } from './cli.ts'

/** A gateway of ours that runs on a home directory. */
export interface RunningGateway {
  /** `ws://127.0.0.1:…` */
  readonly url: string
  readonly tlsFingerprint: string | undefined
  /** The secret that devices ask with. */
  readonly token: string
  /** Kills it; resolves when it is gone. */
  readonly stop: () => Promise<void>
}

interface Said {
  readonly url: string
  readonly tlsFingerprint?: string
}

/** Runs `openclaw gateway` until it says where it is. */
export async function runGateway(
  home: Home,
  env: Readonly<Record<string, string>> = {},
  port = '0',
): Promise<RunningGateway> {
  const line = [home.main, 'gateway', '--port', port, '--json']
  const child: ChildProcess = spawn(process.execPath, line, { env: { ...home.env, ...env } })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let out = ''
  const { url, tlsFingerprint } = await new Promise<Said>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part
      if (out.includes('}\n')) resolve(JSON.parse(out))
    })
    child.once('close', (exit) => reject(new Error(`it ended with ${String(exit)}`)))
  })
  return {
    url: url.replace('http', 'ws'),
    tlsFingerprint,
    token: readFileSync(join(home.stateDir, 'gateway-token'), 'utf8').trim(),
    stop: () => {
      child.kill('SIGKILL')
      return gone
    },
  }
}

/** The id of the request that a refusal names. */
export function requestOf({ stderr }: Pick<Ran, 'stderr'>): string {
  const [, requestId] = /openclaw devices approve (\S+)$/m.exec(stderr) ?? []
  if (requestId === undefined) throw new Error(`no request is named:\n${stderr}`)
  return requestId
}
