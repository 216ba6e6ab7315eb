/** What a reader sees of a message. */
export interface View {
  readonly text: string
  readonly code: readonly string[]
  readonly links: readonly string[]
  /** What was read as markup besides code and bare links. */
  readonly markup: readonly string[]
}

interface Reading {
  text: string
  readonly code: string[]
  readonly links: string[]
  readonly markup: string[]
}

interface Rule {
  readonly form: RegExp
  /** Only where a line begins. */
  readonly atLineStart?: true
  readonly read: (reading: Reading, found: readonly string[]) => void
}

const marked = (name: string): Rule['read'] => {
  return (reading, [, inner = '']) => {
    reading.markup.push(name)
    reading.text += inner
  }
}

const shown =
  (kind: 'code' | 'links'): Rule['read'] =>
  (reading, found) => {
    const text = found.at(-1) ?? ''
    reading[kind].push(text)
    reading.text += text
  }

/** Discord's markdown, in the order in which its clients try it. */
const RULES: readonly Rule[] = [
  {
    form: /^\\([^0-9A-Za-z\s])/,
    read: (reading, [, character = '']) => {
      reading.text += character
    },
  },
  { form: /^```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```/i, read: shown('code') },
  { form: /^(`+)([\s\S]*?[^`])\1(?!`)/, read: shown('code') },
  { form: /^ *(?:>>>|>) /, atLineStart: true, read: marked('quote') },
  { form: /^#{1,3} /, atLineStart: true, read: marked('heading') },
  { form: /^-# /, atLineStart: true, read: marked('subtext') },
  { form: /^ *(?:[-*+]|\d+\.) /, atLineStart: true, read: marked('list') },
  { form: /^<(https?:\/\/[^ >\n]+)>/, read: shown('links') },
  {
    form: /^<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|\/[^>]+:\d+|id:\w+|[^: >]+:[^ >]+)>/,
    read: marked('mention'),
  },
  { form: /^\[((?:[^[\]\\]|\\.)+)\]\([^)\s]+\)/, read: marked('masked link') },
  { form: /^(https?:\/\/[^\s<]+[^<.,:;"'\]\s])/, read: shown('links') },
  { form: /^((?:steam|discord):\/\/\S+)/, read: marked('link') },
  { form: /^\*\*([\s\S]+?)\*\*(?!\*)/, read: marked('bold') },
  { form: /^__([\s\S]+?)__(?!_)/, read: marked('underline') },
  { form: /^~~([\s\S]+?)~~/, read: marked('strike') },
  { form: /^\|\|([\s\S]+?)\|\|/, read: marked('spoiler') },
  { form: /^\*(?=\S)([\s\S]+?)\*(?!\*)/, read: marked('italic') },
  { form: /^_((?:__|\\.|[^\\_])+?)_\b/, read: marked('italic') },
]

/** Reads a message as Discord's clients do. */
export function viewOf(content: string): View {
  const reading: Reading = { text: '', code: [], links: [], markup: [] }
  for (let at = 0; at < content.length; ) {
    const rest = content.slice(at)
    const isLineStart = at === 0 || content[at - 1] === '\n'
    const rule = RULES.find(
      ({ form, atLineStart }) => (isLineStart || atLineStart !== true) && form.test(rest),
    )
    const found = rule?.form.exec(rest)
    if (rule && found) rule.read(reading, found)
    else reading.text += rest.slice(0, 1)
    at += found?.[0].length ?? 1
  }
  return reading
}
