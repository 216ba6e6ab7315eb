/** Runs works of one key one after another, in the order of the calls; answers `undefined` when too many wait. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T> | undefined

/** Nobody waits yet. `waiting` works of one key may wait behind the one that runs. */
export function turns(waiting: number): Turns {
  const queues = new Map<string, { length: number; last: Promise<unknown> }>()
  return (key, work) => {
    const queue = queues.get(key) ?? { length: 0, last: Promise.resolve() }
    if (queue.length > waiting) return undefined
    queues.set(key, queue)
    queue.length += 1
    const run = queue.last.then(work)
    queue.last = run
      .catch(() => {})
      .then(() => {
        queue.length -= 1
        if (queue.length === 0) queues.delete(key)
      })
    return run
  }
}
