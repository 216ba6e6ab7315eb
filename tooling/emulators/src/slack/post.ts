import { directOf, no, ok, type SlackAnswer, type SlackParams, type SlackState } from './answer.ts'

const MAX_TEXT = 40_000
const LONE_SURROGATE = /\p{Cs}/u

interface Element {
  readonly type: string
  readonly text?: string
  readonly style?: { readonly code?: boolean }
  readonly elements?: readonly Element[]
}

/** `chat.postMessage`, as strict as the platform where a bot can get it wrong. */
export function post(state: SlackState, params: SlackParams): SlackAnswer {
  const { channel: to = '', text = '', blocks: given, thread_ts: thread } = params
  const member = [...state.members.keys()].find((id) => id === to || directOf(id) === to)
  if (member === undefined) return no('channel_not_found')
  if (state.blocked.has(member)) return no('user_disabled')
  const blocks = given === undefined ? undefined : (JSON.parse(given) as readonly Element[])
  if (text.trim() === '' && blocks === undefined) return no('no_text')
  if (text.length > MAX_TEXT) return no('msg_too_long')
  const shown = blocks === undefined ? { text: unescaped(text), code: [] } : shownOf(blocks)
  if (LONE_SURROGATE.test(shown.text) || shown.text.includes('\uFFFD')) return no('invalid_charset')
  const [channel, ts, at] = [directOf(member), state.nextTs(), state.now()]
  state.sent.push({ channel, ts, thread, ...shown, params, at })
  return ok({ channel, ts, message: { type: 'message', user: state.botUser, text, ts } })
}

/** What a reader sees of rich text; a preformatted part stands on lines of its own. */
function shownOf(blocks: readonly Element[]): { text: string; code: readonly string[] } {
  const code: string[] = []
  const textOf = (element: Element, isCode: boolean): string => {
    const inCode = isCode || element.type === 'rich_text_preformatted'
    if (element.text === undefined)
      return (element.elements ?? []).map((each) => textOf(each, inCode)).join('')
    if (inCode || element.style?.code === true) code.push(element.text)
    return element.text
  }
  const text = blocks.map((block) => textOf(block, false)).join('')
  return { text, code }
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
