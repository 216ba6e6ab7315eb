import type { ChildProcess } from 'node:child_process'
import { MAX_TAILSCALE_BYTES, TAILSCALE_TIMEOUT_MS } from '../limits.ts'
import type { TailscaleStatus } from '../setup/types.ts'

/** Where Tailscale is; the app of macOS brings a program along that is not on PATH. */
const PROGRAMS = ['tailscale', '/Applications/Tailscale.app/Contents/MacOS/Tailscale']

/** Asks Tailscale about this machine. Takes 5 s at most, reads 1 MiB at most, never rejects. */
export async function tailscaleStatus(): Promise<TailscaleStatus> {
  for (const program of PROGRAMS) {
    const status = await statusBy(program)
    if (status.outcome !== 'missing') return status
  }
  return { outcome: 'missing' }
}

function statusBy(program: string): Promise<TailscaleStatus> {
  // Loaded when it is used, as every module that a command line seldom needs.
  const { spawn } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve) => {
    const child = spawn(program, ['status', '--json', '--peers=false'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const end = (status: TailscaleStatus): void => {
      clearTimeout(timer)
      letGo(child)
      resolve(status)
    }
    const timer = setTimeout(() => end({ outcome: 'slow' }), TAILSCALE_TIMEOUT_MS)
    child.on('error', (error) => end(notStarted(error)))
    collect(child, end)
  })
}

function collect(child: ChildProcess, end: (status: TailscaleStatus) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_TAILSCALE_BYTES) end({ outcome: 'too-long' })
  })
  child.on('close', (code, signal) => {
    const why = signal ?? `exit code ${String(code)}`
    end(
      code === 0
        ? { outcome: 'answered', text: Buffer.concat(chunks).toString('utf8') }
        : { outcome: 'failed', why },
    )
  })
}

function notStarted(error: Error): TailscaleStatus {
  const code = 'code' in error ? String(error.code) : 'unknown'
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? { outcome: 'missing' }
    : { outcome: 'failed', why: code }
}

/** What the program started itself may hold the pipe open: it is not waited for. */
function letGo(child: ChildProcess): void {
  child.kill('SIGKILL')
  child.stdout?.destroy()
  child.unref()
}
