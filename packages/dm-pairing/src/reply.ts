import type {
  ChannelDefinition,
  DmPolicy,
  OutboundText,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidReplyTemplate } from './errors.ts'
import { MAX_TEMPLATE, REQUEST_TTL_MS } from './limits.ts'

/** What strangers read unless the account has its own text. No file path, no owner, no product secret. */
export const DEFAULT_REPLY_TEMPLATE: string = [
  'This assistant is private. Its owner has to approve you before it reads your messages.',
  '',
  '{idLine}',
  'Pairing code: {code}',
  '',
  'Valid for {minutes} minutes. Send the code to the owner, who approves with:',
  '{approveCommand}',
].join('\n')

const PLACEHOLDERS = ['code', 'idLine', 'approveCommand', 'minutes'] as const
type Placeholder = (typeof PLACEHOLDERS)[number]

const MARK = /\{([A-Za-z][A-Za-z0-9_]*)\}/g

/**
 * Checks the text of a reply template.
 *
 * @returns what the operator should know although it is allowed, such as a text that does not name the code
 * @throws {@link InvalidReplyTemplate} for an unknown placeholder, an empty or an overlong text
 */
export function checkReplyTemplate(template: string): readonly string[] {
  if (template.trim() === '') throw new InvalidReplyTemplate('is empty')
  if (template.length > MAX_TEMPLATE) {
    throw new InvalidReplyTemplate(`has ${String(template.length)} characters`)
  }
  const names = [...template.matchAll(MARK)].map((match) => match[1] ?? '')
  const unknown = names.find((name) => !isPlaceholder(name))
  if (unknown !== undefined)
    throw new InvalidReplyTemplate(`has an unknown placeholder {${unknown}}`)
  return names.includes('code')
    ? []
    : ['the reply does not name the code; the owner approves from the list']
}

/** What a reply is made of. */
export interface ReplyFacts {
  readonly policy: Pick<DmPolicy, 'replyMode' | 'replyTemplate'>
  readonly definition: Pick<ChannelDefinition, 'idLine'>
  readonly senderId: SenderId
  readonly replyTo: string
  readonly code: string
  readonly approveCommand: string
}

/** The reply to a stranger; `undefined` where the account answers nobody. */
export function replyOf(facts: ReplyFacts): OutboundText | undefined {
  if (facts.policy.replyMode === 'silent') return undefined
  const text = fill(facts.policy.replyTemplate ?? DEFAULT_REPLY_TEMPLATE, {
    code: facts.code,
    idLine: facts.definition.idLine?.(facts.senderId) ?? '',
    approveCommand: facts.approveCommand,
    minutes: String(REQUEST_TTL_MS / 60_000),
  })
  const reply = { to: facts.replyTo, text }
  return text.includes(facts.code) ? { ...reply, copyable: facts.code } : reply
}

/** One pass, so that what is filled in is never filled in again. A line that was only an empty placeholder goes. */
function fill(template: string, values: Readonly<Record<Placeholder, string>>): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const filled = line.replace(MARK, (mark, name: string) =>
        isPlaceholder(name) ? values[name] : mark,
      )
      return filled.trim() === '' && line.trim() !== '' ? [] : [filled]
    })
    .join('\n')
}

function isPlaceholder(name: string): name is Placeholder {
  return PLACEHOLDERS.some((known) => known === name)
}
