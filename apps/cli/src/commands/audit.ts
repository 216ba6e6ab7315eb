import type { Seq } from '@openclaw/pairing-contracts'
import { readCount, readSince } from '../args/span.ts'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { type AuditWish, headOf, newestRows, rowMaker } from '../audit/read.ts'
import { auditJson, auditLines, auditTable } from '../audit/show.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safeJson } from '../output/safe.ts'
import { type Session, withWaiting } from '../people/session.ts'

/** `audit`. */
export const command: Command = {
  usage: ['audit [--limit <n>] [--since <when>] [--follow]', 'audit verify'],
  about:
    'Shows what was decided: when, about whom, by whom; the newest last. Changes by other programs stand there as “changed outside”.',
  options: {
    limit: { type: 'string', value: '<n>', summary: 'at most this many entries (50)' },
    since: { type: 'string', value: '<when>', summary: 'nothing older: 2h, 7d or 2026-12-31' },
    follow: { type: 'boolean', summary: 'go on and show what happens, until Ctrl-C' },
  },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'audit', what: 'the latest decisions' },
    { line: 'audit --since 7d --json', what: 'the last week, for a script' },
    { line: 'audit --follow', what: 'watch' },
    { line: 'audit verify', what: 'is the journal whole?' },
  ],
  run: (call) => {
    const wish = wishOf(call)
    return withWaiting(call, 'read', (session) => audit(call, session, wish))
  },
}

const DEFAULT_LIMIT = 50

function wishOf(call: Call): AuditWish {
  const since = text(call, 'since')
  const limit = text(call, 'limit')
  return {
    limit: limit === undefined ? DEFAULT_LIMIT : readCount('--limit', limit),
    since: since === undefined ? 0 : readSince(since, call.world.now()),
  }
}

async function audit(call: Call, session: Session, wish: AuditWish): Promise<ExitCode> {
  const { out } = call.screen
  const { store } = session.pairing
  const head = headOf(store)
  const rows = await newestRows(store, wish)
  if (given(call, 'follow')) return follow(call, session, { rows, head })
  if (call.json) call.screen.json(rows.map(auditJson))
  else if (rows.length === 0) out.line('Nothing was decided yet.')
  else out.lines(auditTable(out, rows))
  return EXIT.done
}

async function follow(
  call: Call,
  { pairing }: Session,
  { rows, head }: { readonly rows: Awaited<ReturnType<typeof newestRows>>; readonly head: number },
): Promise<ExitCode> {
  const { out } = call.screen
  const show = (row: (typeof rows)[number]): void =>
    call.json ? out.line(safeJson(auditJson(row), 0)) : out.lines(auditLines(row))
  rows.forEach(show)
  const rowOf = rowMaker()
  for (const { entry } of rows) rowOf(entry)
  const stop = new AbortController()
  const end = (): void => stop.abort()
  process.on('SIGINT', end).on('SIGTERM', end)
  // A reader that went away ends it too.
  process.stdout.once('error', end)
  for await (const entry of pairing.store.changes(head as Seq, stop.signal))
    rowOf(entry).forEach(show)
  return EXIT.done
}
