/** What {@link inspect} finds. */
export type ValueFault = 'too-deep' | 'forbidden-key' | 'number-out-of-range'

/**
 * Looks through a value for what must not travel: keys `__proto__`, numbers that are not finite, and more depth than
 * is allowed, which a circle has too. Walks with a list instead of recursion, so no depth exhausts the stack.
 */
export function inspect(value: unknown, maxDepth: number): ValueFault | undefined {
  let level: readonly object[] = containers([value])
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) return 'too-deep'
    const next: object[] = []
    for (const container of level) {
      if (Object.hasOwn(container, '__proto__')) return 'forbidden-key'
      const inner: unknown[] = Array.isArray(container) ? container : Object.values(container)
      if (inner.some(isBadNumber)) return 'number-out-of-range'
      for (const each of containers(inner)) next.push(each)
    }
    level = next
  }
  return isBadNumber(value) ? 'number-out-of-range' : undefined
}

function isBadNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}

function containers(values: readonly unknown[]): object[] {
  return values.filter((each): each is object => typeof each === 'object' && each !== null)
}
