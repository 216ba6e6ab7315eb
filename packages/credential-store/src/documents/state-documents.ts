import { isOurs, readCopies } from './base-copy.ts'
import type { Context } from './context.ts'
import { encodeDocument } from './document.ts'
import type { KnownDocument } from './registry.ts'
import { look, readJson } from './sight.ts'
import { sameJson } from './text.ts'
import type { DocumentVerdict } from './types.ts'

/** Enters the documents that show the records which the journal has now. */
export function enterStateDocuments({ options, ports, registry }: Context): void {
  for (const family of options.families) {
    for (const collection of family.collections) {
      for (const { key } of ports.host.records(collection, '')) {
        for (const name of family.documentsOf({ collection, key })) registry.of(family, name)
      }
    }
  }
}

/** Marks what does not show the state, for instance because a process died between its commit and its write. */
export function markBehind(context: Context): void {
  enterStateDocuments(context)
  for (const known of context.registry.all()) {
    if (compare(context, known) === 'behind') known.wanted += 1
  }
}

/** Compares every document with the state; changes nothing. */
export function verifyAll(context: Context): readonly DocumentVerdict[] {
  enterStateDocuments(context)
  const verdicts: DocumentVerdict[] = []
  for (const known of context.registry.all()) {
    const state = compare(context, known)
    if (state !== undefined) verdicts.push({ document: known.document.id, state })
  }
  return verdicts
}

function compare(
  context: Context,
  { document }: KnownDocument,
): DocumentVerdict['state'] | undefined {
  const { files, ports } = context
  const sight = look(context, document)
  if (sight.kind === 'blocked' || sight.kind === 'damaged') return sight.kind
  try {
    const copies = readCopies({ files, ports: { sha256: ports.sha256 } }, document)
    if (sight.kind === 'missing') {
      if (encodeDocument(ports.host, document, undefined) === undefined) return undefined
      return copies.base ? 'missing' : 'behind'
    }
    const read = readJson(document, sight.text)
    if ('why' in read) return 'damaged'
    if (!isOurs(copies, sight.text)) return 'changed-outside'
    const json = encodeDocument(ports.host, document, read.json)
    return json !== undefined && sameJson(json, read.json) ? 'same' : 'behind'
  } catch {
    return 'blocked'
  }
}
