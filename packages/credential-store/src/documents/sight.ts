import type { Json } from '@openclaw/pairing-contracts'
import { errnoOf } from '../journal/files.ts'
import type { Context, Looker } from './context.ts'
import type { Document } from './document.ts'
import type { FileFacts } from './file-facts.ts'
import type { FileContent } from './files.ts'
import { link, tooOpen, unreadable, wordsOf, wrongOwner } from './finding-texts.ts'
import { MAX_DOCUMENT_BYTES } from './limits.ts'
import { decodeText, parseJson } from './text.ts'
import type { DocumentFinding } from './types.ts'

/** A document that can be read. */
export interface TextSight {
  readonly kind: 'text'
  readonly token: string
  readonly text: string
  readonly content: FileContent
}

/** A document that says nothing; `content` unless it is no file or too large. */
export interface DamagedSight {
  readonly kind: 'damaged'
  readonly token: string
  readonly why: string
  readonly content: FileContent | undefined
}

/** A document that must not be touched. */
export interface BlockedSight {
  readonly kind: 'blocked'
  readonly token: string
  readonly finding: DocumentFinding
}

/** Tries to look at a file that is replaced all the time. */
const LOOKS = 3

/** What stands where a document belongs. `token` is the same as long as nothing changes there. */
export type Sight =
  | { readonly kind: 'missing'; readonly token: 'missing' }
  | TextSight
  | DamagedSight
  | BlockedSight

/** Looks at the file itself; whether its text is the right JSON is {@link readJson}'s. */
export function look(looker: Looker, { path }: Document): Sight {
  try {
    for (let tries = LOOKS; tries > 0; tries -= 1) {
      const stat = looker.files.stat(path)
      if (stat === undefined) return { kind: 'missing', token: 'missing' }
      const refusal = refuse(looker, path, stat)
      if (refusal) return refusal
      const content = looker.files.read(path)
      // a file that was put there between the two steps was not looked at
      if (content?.facts.inode === stat.inode) return readSight(content)
    }
    throw new Error('it keeps changing')
  } catch (error) {
    const finding = unreadable(path, error, looker.uid())
    return { kind: 'blocked', token: tokenOf(looker, path), finding }
  }
}

/** The token of what stands at a path now, by one stat. */
export function tokenOf({ files }: Pick<Looker, 'files'>, path: string): string {
  try {
    return files.stat(path)?.identity ?? 'missing'
  } catch (error) {
    return `blocked:${errnoOf(error) ?? 'unknown'}`
  }
}

/** The JSON of a document, or why it is none of its family. The reason quotes nothing of the file. */
export function readJson(
  { family, fileName }: Document,
  text: string,
): { readonly json: Json } | { readonly why: string } {
  const parsed = parseOr(text)
  if ('why' in parsed) return parsed
  try {
    family.check(fileName, parsed.json)
    return parsed
  } catch (error) {
    return { why: wordsOf(error) }
  }
}

function parseOr(text: string): { readonly json: Json } | { readonly why: string } {
  try {
    return { json: parseJson(text) }
  } catch (error) {
    if (text.trim() === '') return { why: 'it is empty' }
    const place = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    return { why: `it is not valid JSON${place === undefined ? '' : ` (at character ${place})`}` }
  }
}

function refuse(looker: Looker, path: string, stat: FileFacts): Sight | undefined {
  const token = stat.identity
  const uid = looker.uid()
  if (stat.kind === 'link') return { kind: 'blocked', token, finding: link(path) }
  if (uid !== undefined && stat.uid !== uid) {
    return { kind: 'blocked', token, finding: wrongOwner(path, stat, uid) }
  }
  if (stat.kind !== 'file') {
    const why = stat.kind === 'folder' ? 'it is a folder' : 'it is no ordinary file'
    return { kind: 'damaged', token, why, content: undefined }
  }
  if (stat.size <= MAX_DOCUMENT_BYTES) return undefined
  return { kind: 'damaged', token, why: 'it is too large', content: undefined }
}

function readSight(content: FileContent): Sight {
  const token = content.facts.identity
  const text = decodeText(content.bytes)
  if (text === undefined) return { kind: 'damaged', token, why: 'it is not UTF-8 text', content }
  return { kind: 'text', token, text, content }
}

/** Takes rights from others where a file (0600) or folder (0700) of ours is too open. Not in read mode. */
export function tighten(context: Context, path: string): void {
  if (context.options.mode === 'read') return
  try {
    const facts = context.files.stat(path)
    if (facts === undefined || !isTooOpen(context, facts)) return
    tightenOne(context, path, facts)
  } catch {
    // NOTE what cannot be looked at is reported by the look
  }
}

/** True for a file or folder of ours that others may use. */
export function isTooOpen({ uid }: Pick<Looker, 'uid'>, facts: FileFacts): boolean {
  if (uid() === undefined || facts.uid !== uid()) return false
  return (facts.mode & 0o077) !== 0 && (facts.kind === 'file' || facts.kind === 'folder')
}

function tightenOne({ files, findings }: Context, path: string, facts: FileFacts): void {
  try {
    files.tighten(path, facts.kind === 'folder' ? 0o700 : 0o600)
    findings.resolve(path, new Set(['ERR_DOCUMENT_MODE']))
  } catch {
    findings.report(tooOpen(path, facts))
  }
}
