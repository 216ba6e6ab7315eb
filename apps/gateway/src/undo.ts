/** What has to be undone, in the order in which it was done. */
export interface Undo {
  readonly add: (step: () => void | Promise<void>) => void
  /** Undoes everything, last first; a step that fails does not keep the others from being taken. */
  readonly all: () => Promise<readonly unknown[]>
}

/** Nothing to undo yet. */
export function undoList(): Undo {
  const steps: (() => void | Promise<void>)[] = []
  return {
    add: (step) => void steps.push(step),
    all: async () => {
      const failures: unknown[] = []
      for (const step of steps.splice(0).reverse()) {
        try {
          await step()
        } catch (error) {
          failures.push(error)
        }
      }
      return failures
    },
  }
}
