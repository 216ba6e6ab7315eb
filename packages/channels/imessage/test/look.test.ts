import { expect, it } from 'vitest'
import { looksFrom } from '../src/bluebubbles/look.ts'
import { BLUEBUBBLES_TIMING } from '../src/limits.ts'

const NOW = 1_800_000_000_000

it('goes on behind a thousand messages of a few minutes, instead of looking at the same again', async () => {
  const rows = Array.from({ length: 2_345 }, (_, n) => ({
    guid: String(n),
    dateCreated: NOW - 9_000 + n,
  }))
  const seen = new Set<string>()
  const api = {
    post: async (_: string, query: { after: number; offset: number; limit: number }) => {
      const found = rows.filter(({ dateCreated }) => dateCreated >= query.after)
      return { kind: 'ok', data: found.slice(query.offset, query.offset + query.limit) }
    },
  }
  const { look } = looksFrom({ bornAt: NOW - 60_000, lookedAt: NOW - 10_000 }, {
    api,
    inbox: {
      receive: ({ payload }: { payload: { data: { guid: string } } }) => {
        seen.add(payload.data.guid)
        return 'taken'
      },
      mark: () => {},
    },
    classify: () => ({ kind: 'dm', sentAt: NOW }),
    clock: { now: () => NOW },
    timing: BLUEBUBBLES_TIMING,
    signal: new AbortController().signal,
  } as never)
  expect([await look(), await look(), await look()]).toEqual(['behind', 'behind', 'done'])
  expect(seen.size).toBe(rows.length)
  expect(await look()).toBe('behind')
})
