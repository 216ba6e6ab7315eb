import { request } from 'node:http'
import type { BlueBubblesWebhook } from './types.ts'

/** The addresses that are told what happens. */
export interface Webhooks {
  readonly list: () => readonly BlueBubblesWebhook[]
  readonly add: (url: string, events: readonly string[]) => BlueBubblesWebhook
  readonly forget: () => void
  /** Posts an event to each that wants it, once: whatever it answers, nothing is tried again. */
  readonly dispatch: (type: string, event: unknown) => void
  readonly posts: { readonly url: string; readonly status: number }[]
  /** Resolves when nothing is under way. */
  readonly told: () => Promise<void>
}

/** None at first. */
export function webhooksOf(): Webhooks {
  let known: BlueBubblesWebhook[] = []
  let lastId = 0
  const posts: { readonly url: string; readonly status: number }[] = []
  const underWay = new Set<Promise<void>>()
  const post = async (url: string, event: unknown): Promise<void> => {
    posts.push({ url, status: await statusOf(url, JSON.stringify(event)) })
  }
  return {
    list: () => known,
    add: (url, events) => {
      const same = known.find((each) => each.url === url)
      if (same) return same
      lastId += 1
      const webhook = { id: lastId, url, events }
      known.push(webhook)
      return webhook
    },
    forget: () => {
      known = []
    },
    dispatch: (type, event) => {
      for (const { url, events } of known) {
        if (!events.includes('*') && !events.includes(type)) continue
        const work = post(url, event)
        underWay.add(work)
        void work.finally(() => underWay.delete(work))
      }
    },
    posts,
    told: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

const statusOf = (url: string, body: string): Promise<number> =>
  new Promise((resolve) => {
    const outgoing = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume()
        response.on('close', () => resolve(response.statusCode ?? 0))
      },
    )
    outgoing.on('error', () => resolve(0))
    outgoing.end(body)
  })
