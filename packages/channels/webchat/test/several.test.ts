import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SaidElsewhere, Webchat } from '../src/index.ts'
import { serve, startChat } from './support.ts'
import { until, visitor } from './visitor.ts'

const SAID = { visitor: `web-${'a'.repeat(32)}`, from: 'bot', key: 'k', text: 't', at: 1 }

/** Two processes that serve one chat: what one is told goes to the other, as JSON. */
function startBoth() {
  const told: SaidElsewhere[] = []
  const others: { one?: Webchat; two?: Webchat } = {}
  const to = (name: 'one' | 'two') => (said: SaidElsewhere) => {
    told.push(said)
    others[name]?.hear(JSON.parse(JSON.stringify(said)))
  }
  const one = startChat({}, { tell: to('two') })
  const two = startChat({}, { tell: to('one') })
  // one store behind both
  two.people.people.stateOf = one.people.people.stateOf
  others.one = one.chat
  others.two = two.chat
  return { one, two, told }
}

let both: ReturnType<typeof startBoth>
let first: Awaited<ReturnType<typeof serve>>
let second: Awaited<ReturnType<typeof serve>>

beforeEach(async () => {
  both = startBoth()
  first = await serve(() => both.one.chat)
  second = await serve(() => both.two.chat)
})
afterEach(async () => {
  await Promise.all([both.one.stop(), both.two.stop(), first.close(), second.close()])
})

describe('a chat that two processes serve', () => {
  it('shows the code and the answer on the page at the other, once', async () => {
    const ann = visitor(first.origin)
    const id = await ann.session()
    await ann.listen()
    const elsewhere = visitor(second.origin, { cookie: String(ann.cookie()) })
    await elsewhere.say('hello')
    await until(() => ann.texts().includes('Your code: CODE2221'))
    both.one.people.approve(id)
    await both.one.chat.refresh()
    const posted = await elsewhere.say('are you there?')
    expect(posted['state']).toBe('allowed')
    await until(() => ann.texts().includes('echo: are you there?'))
    // between them their own words, which they posted at the other one
    expect(ann.texts()).toEqual(['Your code: CODE2221', 'are you there?', 'echo: are you there?'])
    expect(both.told).toHaveLength(3)
  })

  it('tells what it heard to nobody', () => {
    both.one.chat.hear(SAID)
    expect(both.told).toEqual([])
    expect(both.one.chat.figures().visitors).toBe(1)
  })

  it.each([
    ['nothing', undefined],
    ['a text', 'text'],
    ['an empty object', {}],
    ['somebody who is no visitor', { ...SAID, visitor: 'ann' }],
    ['somebody else’s words', { ...SAID, from: 'root' }],
    ['a key without end', { ...SAID, key: 'k'.repeat(513) }],
    ['a text without end', { ...SAID, text: 't'.repeat(65_537) }],
    ['no time', { ...SAID, at: 'now' }],
  ])('drops what is no text of a conversation: %s', (_, said) => {
    both.one.chat.hear(said)
    expect(both.one.chat.figures().visitors).toBe(0)
  })
})
