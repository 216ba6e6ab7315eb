import type { Context, Looker } from './context.ts'
import { type Document, isPlainName, placeOf } from './document.ts'
import type { FileFacts } from './file-facts.ts'
import { folderOf } from './files.ts'
import { link, notFolder, tooMany, unreadable, wrongOwner } from './finding-texts.ts'
import { readProblems } from './findings.ts'
import { MAX_DOCUMENTS } from './limits.ts'
import { foldersOf } from './places.ts'
import { tighten } from './sight.ts'
import { type Trust, trusted, verify } from './trust.ts'
import type { DocumentFinding } from './types.ts'

/** Keeps the list of documents in step with what lies in the folders. */
export interface Scanner {
  /** Enters new files; answers the folders that must not be touched. One stat per folder when nothing changed. */
  readonly scan: () => ReadonlySet<string>
}

/** A scanner for the folders of all families, and for the folders of our copies (so that a file that is gone is missed). */
export function folderScanner(context: Context): Scanner {
  const { folder: bases } = context.options
  const folders = foldersOf(context.options)
  const trust = new Map<string, Trust>()
  const enter = (path: string, folder: string, suffixes: readonly string[]): boolean => {
    const token = checkFolder(context, path)
    if (token === undefined) return false
    if (trusted(trust.get(path), token)) return true
    tighten(context, path)
    const names = listNames(context, path)
    if (names === undefined) return false
    enterNames(context, folder, namesOf(names, suffixes))
    trust.set(path, verify(trust.get(path), token, context.ports.clock.now()))
    return true
  }
  return {
    scan: () => {
      const own = [folderOf(bases), bases].filter(
        (path) => checkFolder(context, path) === undefined,
      )
      if (own.length > 0) return new Set(folders)
      const blocked = new Set<string>()
      for (const folder of folders) {
        const ours = enter(`${bases}/${folder}`, folder, ['.base', '.next'])
        const theirs = enter(placeOf(context.options, folder), folder, [''])
        if (!ours || !theirs) blocked.add(folder)
      }
      return blocked
    },
  }
}

/** Why a folder must not be touched; `undefined` when it may, or is not there. */
export function folderFinding(looker: Looker, path: string): DocumentFinding | undefined {
  return lookAtFolder(looker, path).finding
}

/** The same, and the token of what stands there, by one stat. */
function lookAtFolder(
  looker: Looker,
  path: string,
): { readonly finding: DocumentFinding | undefined; readonly token: string } {
  try {
    const stat = looker.files.stat(path)
    const finding = stat && judgeFolder(looker, path, stat)
    return { finding, token: stat?.identity ?? 'missing' }
  } catch (error) {
    return { finding: unreadable(path, error, looker.uid()), token: 'blocked' }
  }
}

/** Why a document must not be touched for the sake of a folder above it or our copy of it. */
export function folderObstacle(context: Context, document: Document): DocumentFinding | undefined {
  const { folder } = context.options
  for (const path of [folderOf(folder), folder, document.baseFolder, document.folder]) {
    const finding = folderFinding(context, path)
    if (finding) return finding
  }
  return undefined
}

function judgeFolder(looker: Looker, path: string, stat: FileFacts): DocumentFinding | undefined {
  const uid = looker.uid()
  if (stat.kind === 'link') return link(path)
  if (stat.kind !== 'folder') return notFolder(path)
  return uid === undefined || stat.uid === uid ? undefined : wrongOwner(path, stat, uid)
}

/** The token of a folder; `undefined`, and reported, when it must not be touched. */
function checkFolder(context: Context, path: string): string | undefined {
  const { finding, token } = lookAtFolder(context, path)
  if (finding) {
    context.findings.report(finding)
    return undefined
  }
  context.findings.resolve(path, readProblems)
  return token
}

function listNames(context: Context, path: string): readonly string[] | undefined {
  try {
    return context.files.list(path)
  } catch (error) {
    context.findings.report(unreadable(path, error, context.uid()))
    return undefined
  }
}

function namesOf(names: readonly string[], suffixes: readonly string[]): readonly string[] {
  return suffixes.flatMap((suffix) =>
    names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, name.length - suffix.length)),
  )
}

function enterNames(context: Context, folder: string, names: readonly string[]): void {
  const { registry, findings, options } = context
  let room = MAX_DOCUMENTS
  for (const name of names) {
    const family = isPlainName(name) ? registry.familyOf(folder, name) : undefined
    if (!family) continue
    if (room === 0) {
      findings.report(tooMany(placeOf(options, folder)))
      return
    }
    registry.of(family, name)
    room -= 1
  }
}
