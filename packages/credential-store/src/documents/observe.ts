import type { Json } from '@openclaw/pairing-contracts'
import { type BaseCopies, type BaseCopy, isOurs, readCopies } from './base-copy.ts'
import { breathe, type Context } from './context.ts'
import type { Document } from './document.ts'
import { unreadable } from './finding-texts.ts'
import { readProblems } from './findings.ts'
import { lockState } from './foreign-lock.ts'
import { FOREIGN_LOCK_LOOKS, FOREIGN_LOCK_PATIENCE_MS } from './limits.ts'
import { recoverCopies } from './recover.ts'
import type { KnownDocument } from './registry.ts'
import { type DamagedSight, look, readJson, type TextSight, tighten, tokenOf } from './sight.ts'
import { trusted, verify } from './trust.ts'
import type { DocumentFinding } from './types.ts'

/** What a document is, compared with our copy of it. */
export type Observation =
  /** As we left it. */
  | { readonly kind: 'ours'; readonly sight: TextSight }
  /** Not there, and we never wrote it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'foreign'; readonly change: ForeignChange }
  /** Damaged (`damage`) or gone (no `damage`), and seen so before. `before`: what it said. */
  | {
      readonly kind: 'broken'
      readonly token: string
      readonly damage: DamagedSight | undefined
      readonly base: BaseCopy | undefined
    }
  | { readonly kind: 'blocked'; readonly finding: DocumentFinding }
  /** Damaged or gone for the first time: an editor may be saving it. */
  | { readonly kind: 'unsettled' }
  /** Changed by a program that still holds its lock file. */
  | { readonly kind: 'locked' }

/** A document that another program wrote. */
export interface ForeignChange {
  readonly base: BaseCopy | undefined
  readonly sight: TextSight
  readonly json: Json
}

/** True when nothing about a document asks for attention. Without a lock: what looks odd is looked at again under one. */
export function isCalm(context: Context, known: KnownDocument): boolean {
  const { document } = known
  if (isTrusted(context, known)) return true
  tighten(context, document.path)
  const sight = look(context, document)
  if (sight.kind === 'blocked') {
    context.findings.report(sight.finding)
    return true
  }
  context.findings.resolve(document.path, readProblems)
  const expected = isExpected(context, known, sight)
  if (expected) forgetTrouble(known)
  const calm = expected || sight.token === known.handled
  if (calm) known.trust = verify(known.trust, sight.token, context.ports.clock.now())
  return calm
}

/** True when a document is as it was when it was checked: by this store, or by the last writer if that is trusted. */
function isTrusted(context: Context, { trust, document }: KnownDocument): boolean {
  const { isVerified } = context.ports
  if (trust !== undefined || isVerified === undefined)
    return trusted(trust, tokenOf(context, document.path))
  try {
    const facts = context.files.stat(document.path)
    return facts !== undefined && isVerified(document.path, facts)
  } catch {
    return false
  }
}

/** Looks closely at a document, after finishing what was cut off. Under the documents lock. */
export async function observe(context: Context, known: KnownDocument): Promise<Observation> {
  try {
    const copies = await recoverCopies(context, known.document)
    await breathe(context)
    return observeWith(context, known, copies)
  } catch (error) {
    return blocked(context, known, error)
  }
}

/** The same for a store that only reads: without a lock and without touching anything. */
export function glance(context: Context, known: KnownDocument): Observation {
  try {
    return observeWith(context, known, copiesFor(context, known))
  } catch (error) {
    return blocked(context, known, error)
  }
}

function observeWith(context: Context, known: KnownDocument, copies: BaseCopies): Observation {
  const sight = look(context, known.document)
  if (sight.kind === 'blocked') return { kind: 'blocked', finding: sight.finding }
  if (sight.kind === 'text') return observeText(context, known, { sight, copies })
  if (sight.kind === 'damaged') return broken(known, sight, copies.base)
  return copies.base ? broken(known, undefined, copies.base) : { kind: 'absent' }
}

/** Our copy of it cannot be used, so nobody can say whose the document is. */
function blocked(context: Context, { document }: KnownDocument, error: unknown): Observation {
  return { kind: 'blocked', finding: unreadable(document.base, error, context.uid()) }
}

/** A document is as it should be: what is wrong next time is a new matter. */
export function forgetTrouble(known: KnownDocument): void {
  known.suspect = undefined
  known.handled = undefined
  known.deferred = undefined
}

/** The JSON of a copy; `undefined` when there is none or it is not of the family's shape any more. */
export function jsonOf(document: Document, copy: BaseCopy | undefined): Json | undefined {
  const read = copy && readJson(document, copy.text)
  return read && 'json' in read ? read.json : undefined
}

function isExpected(
  context: Context,
  known: KnownDocument,
  sight: { readonly kind: 'missing' | 'damaged' } | TextSight,
): boolean {
  if (sight.kind === 'damaged') return false
  try {
    const copies = copiesFor(context, known)
    // a replacement that was begun is looked at under the lock: its process may have died
    if (copies.next !== undefined && context.options.mode === 'write') return false
    if (sight.kind === 'text') return isOurs(copies, sight.text)
    return copies.base === undefined && copies.next === undefined
  } catch {
    return false
  }
}

/** Our copies; in a store that only reads, what it understood since then takes their place. */
function copiesFor(context: Context, known: KnownDocument): BaseCopies {
  const { options } = context
  const copies = readCopies(context, known.document)
  const { understood } = known
  const id = copies.base?.id ?? ''
  // a store that writes was here meanwhile: its copy counts from now on
  if (options.mode === 'write' || understood?.baseId !== id) return copies
  return { base: { id, temp: '', seq: undefined, text: understood.text }, next: undefined }
}

function observeText(
  context: Context,
  known: KnownDocument,
  { sight, copies }: { readonly sight: TextSight; readonly copies: BaseCopies },
): Observation {
  if (isOurs(copies, sight.text)) return { kind: 'ours', sight }
  const read = readJson(known.document, sight.text)
  if ('why' in read) {
    const { token, content } = sight
    return broken(known, { kind: 'damaged', token, why: read.why, content }, copies.base)
  }
  // asked after the file was read: if its writer is done now, whatever else it wrote is on disk as well
  const held = lockState(context, known.document) === 'live'
  if (held && isPatient(known, context.ports.clock.now())) return { kind: 'locked' }
  return { kind: 'foreign', change: { base: copies.base, sight, json: read.json } }
}

function isPatient(known: KnownDocument, now: number): boolean {
  const { since, looks } = known.deferred ?? { since: now, looks: 0 }
  known.deferred = { since: Math.min(since, now), looks: looks + 1 }
  return now - since < FOREIGN_LOCK_PATIENCE_MS && looks < FOREIGN_LOCK_LOOKS
}

function broken(
  known: KnownDocument,
  damage: DamagedSight | undefined,
  base: BaseCopy | undefined,
): Observation {
  const token = damage?.token ?? 'missing'
  if (known.suspect !== token && known.handled !== token) {
    known.suspect = token
    return { kind: 'unsettled' }
  }
  return { kind: 'broken', token, damage, base }
}
