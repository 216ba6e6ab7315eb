import { describe, expect, it } from 'vitest'
import { connectionOf } from '../src/qr/connected.ts'

/** A device that is let in, stands among the connected and goes after so many looks at it. */
function looksAt({ letIn, listed = letIn, gone = Number.POSITIVE_INFINITY }: Course) {
  let looks = -1
  const next = (): number => {
    looks += 1
    return looks
  }
  return connectionOf({
    wasSeen: async () => next() >= letIn,
    isConnected: async () => {
      const look = next()
      return look >= listed && look < gone
    },
    pause: async () => {},
  })
}

interface Course {
  readonly letIn: number
  readonly listed?: number
  readonly gone?: number
}

describe('a device that was approved', () => {
  it.each([
    ['connected before anybody looked', { letIn: 0 }, 'connected'],
    ['connected between two looks', { letIn: 1 }, 'connected'],
    ['let in, but not among the connected at once', { letIn: 0, listed: 2 }, 'connected'],
    ['connected after the last look', { letIn: 2 }, 'not-yet'],
    ['connected, and gone before the second look', { letIn: 0, gone: 1 }, 'was-connected'],
    ['connected and gone before anybody looked', { letIn: 0, gone: 0 }, 'was-connected'],
    ['nowhere', { letIn: 9 }, 'not-yet'],
  ] as const)('is told of as it is: %s', async (_course, course, said) => {
    expect(await looksAt(course)).toBe(said)
  })
})
