import type { StoreHealth } from '@openclaw/credential-store'
import type { NodePairing } from '@openclaw/pairing/node'
import { type Config, isConnectable } from '@openclaw/pairing-config'
import type { ChannelName } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'

/** Something the owner should know besides what they asked for. */
export interface Warning {
  readonly problem: string
  readonly fix: string
}

type FileFinding = StoreHealth['documents'][number]

/** More than this is a case for `doctor`. */
const SHOWN = 3
/** Findings that only `doctor` tells: nothing is lost or wrong by them. */
const HARMLESS: ReadonlySet<FileFinding['code']> = new Set([
  'ERR_DOCUMENT_BEHIND',
  'ERR_DOCUMENT_KEPT',
  'ERR_DOCUMENT_LEFTOVER',
  'ERR_DOCUMENT_MODE',
])

/** What was told already: a command may open the state twice, and look again while it waits. */
const told = new WeakMap<Call['screen'], Set<string>>()
/** What is told when the question that is open has its answer. */
const held = new WeakMap<Call['screen'], Warning[]>()

/** A warning and its fix, on stderr; once for each run, and never while a question is open. */
export function warn(call: Call, warning: Warning): void {
  const { screen } = call
  const before = told.get(screen) ?? new Set()
  if (before.has(warning.problem)) return
  told.set(screen, before.add(warning.problem))
  const later = held.get(screen)
  if (later === undefined) print(call, warning)
  else later.push(warning)
}

/** Holds warnings back until what it answers is called. */
export function holdWarnings(call: Call): () => void {
  const later: Warning[] = []
  held.set(call.screen, later)
  return () => {
    held.delete(call.screen)
    for (const warning of later) print(call, warning)
  }
}

function print({ program, screen: { err } }: Call, { problem, fix }: Warning): void {
  err.prose(`${err.style.yellow('warning:')} ${safe(withProgram(problem, program))}`)
  err.line(`${err.style.cyan('hint:')} ${safe(withProgram(fix, program))}`)
}

/** Tells whoever prepares a channel that this release has no adapter for that nobody is answered there. */
export function noteUnconnected({ screen: { err } }: Call, channel: ChannelName): void {
  if (isConnectable(channel)) return
  err.line(
    `${err.style.yellow('note:')} this release has no adapter for ${channel} yet: your decision is kept, but the gateway answers nobody there`,
  )
}

/** Tells of files that are damaged, were changed or cannot be written. */
export function warnFiles(call: Call, findings: readonly FileFinding[]): void {
  const telling = findings.filter(({ code }) => !HARMLESS.has(code))
  for (const { file, problem, consequence, fix } of telling.slice(0, SHOWN)) {
    warn(call, { problem: `${file}: ${problem}; ${consequence}`, fix })
  }
  const more = telling.length - SHOWN
  if (more > 0) warn(call, { problem: `and ${String(more)} more files`, fix: 'openclaw doctor' })
}

/** Tells that decisions under a former name of a channel could not be moved; a damaged state is told by itself. */
export function warnUnmerged(
  call: Call,
  { backend, unmerged }: Pick<NodePairing, 'backend' | 'unmerged'>,
): void {
  if (unmerged?.error === undefined || backend.store.health().error !== undefined) return
  const { names, error } = unmerged
  const problem = `what was decided under ${names.join(', ')} could not be moved: ${error.message}`
  warn(call, { problem, fix: 'openclaw doctor' })
}

/**
 * Tells that the configuration has errors, which an owner's commands work in spite of. A variable that only the gateway
 * has is none: `doctor` tells of it.
 */
export function warnConfig(call: Call, { problems }: Config): void {
  const errors = problems.filter((each) => each.severity === 'error' && each.missing === undefined)
  const [first] = errors
  if (first === undefined) return
  const rest = errors.length === 1 ? '' : `, and ${String(errors.length - 1)} more`
  const problem = `the configuration has an error: ${first.file}: ${first.path} ${first.problem}${rest}`
  warn(call, { problem, fix: first.fix })
}
