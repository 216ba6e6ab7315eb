/** How somebody ends what waits. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Where a prompt takes Ctrl-C for itself. */
  readonly interrupt: () => void
}

/** A terminal that is closed ends it as well. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Works until it is done or somebody ends it; a second Ctrl-C ends the program at once. */
export async function interruptible<R>(work: (interrupt: Interrupt) => Promise<R>): Promise<R> {
  const controller = new AbortController()
  const interrupt = (): void => controller.abort()
  // Not `once`: who takes its handler away leaves the signal to those who end the program, the lock's own among them.
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      release()
      process.kill(process.pid, name)
    }
    interrupt()
  }
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, handle)
  }
  for (const name of SIGNALS) process.on(name, handle)
  try {
    return await work({ signal: controller.signal, interrupt })
  } finally {
    release()
  }
}
