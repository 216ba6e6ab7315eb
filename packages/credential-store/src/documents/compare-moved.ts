import { isOurs, readCopies } from './base-copy.ts'
import { type Looker, ownedFiles } from './context.ts'
import { copiesFolder, type Document, documentOf, isPlainName, placeOf } from './document.ts'
import { unreadable } from './finding-texts.ts'
import { foldersOf, type PlaceOptions, type PlacePorts } from './places.ts'
import { look } from './sight.ts'
import type { DocumentPorts } from './types.ts'

/** What comparing takes. */
export type MovedPorts = PlacePorts & Pick<DocumentPorts, 'sha256'>

/** One of our files, or a file of a family that was never ours. */
export interface MovedFile {
  readonly path: string
  /** Why it must not be taken as the moved one, in words. */
  readonly why: string
}

/** The files of all families in the places that `options` name that do not say there what ours said; empty when all do. */
export function differencesInPlace(options: PlaceOptions, ports: MovedPorts): readonly MovedFile[] {
  const looker = { ...ownedFiles(options, ports), options: { mode: 'read' } } as const
  return documentsIn(options, looker).flatMap((document) => {
    const why = differenceOf(looker, ports, document)
    return why === undefined ? [] : [{ path: document.path, why }]
  })
}

/** Those of which we have a copy, and those that lie in the places. */
function documentsIn(options: PlaceOptions, { files }: Looker): readonly Document[] {
  const folder = copiesFolder(options.root)
  return foldersOf(options).flatMap((name) => {
    const copies = files
      .list(`${folder}/${name}`)
      .map((file) => file.replace(/\.(?:base|next)$/, ''))
    const names = [...new Set([...copies, ...files.list(placeOf(options, name))])]
      .filter(isPlainName)
      .sort()
    return names.flatMap((file) => {
      const family = options.families.find((one) => one.folder === name && one.owns(file))
      return family ? [documentOf({ ...options, folder }, family, file)] : []
    })
  })
}

function differenceOf(
  looker: Looker,
  { sha256 }: MovedPorts,
  document: Document,
): string | undefined {
  try {
    const copies = readCopies({ files: looker.files, ports: { sha256 } }, document)
    const sight = look(looker, document)
    if (sight.kind === 'blocked') return sight.finding.problem
    if (sight.kind === 'damaged') return sight.why
    const isOur = copies.base !== undefined || copies.next !== undefined
    if (sight.kind === 'missing') return isOur ? 'it is not there' : undefined
    if (!isOur) return 'there was no such file before'
    return isOurs(copies, sight.text) ? undefined : 'it does not say what ours said'
  } catch (error) {
    return unreadable(document.path, error, looker.uid()).problem
  }
}
