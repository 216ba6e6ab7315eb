import type { DocumentFamily, DocumentRefusal, Json } from '@openclaw/pairing-contracts'
import { deviceDocumentFamilies } from '../src/index.ts'
import { raw, sha256, sha256Bytes, type World } from './world.ts'

/** A state directory that is kept true to a store, as a file store does it, with the files in memory. */
export interface Directory {
  readonly files: Map<string, Json>
  /** Takes over what was changed outside, then writes what is stale. Answers what was refused. */
  readonly sync: () => Promise<readonly DocumentRefusal[]>
  readonly write: () => void
  /** One file, as an object of objects. */
  readonly read: (path: string) => Record<string, Record<string, unknown>>
  /** Changes a file as another program would. */
  readonly edit: (path: string, change: (json: Entries) => void) => void
}

/** What another program may do with it. */
export type Entries = Record<string, Record<string, Json> | undefined>

export function directory(here: World, files: Readonly<Record<string, unknown>> = {}): Directory {
  const families = deviceDocumentFamilies({ sha256, sha256Bytes })
  const now = new Map<string, Json>(
    Object.entries(structuredClone(files)) as unknown as [string, Json][],
  )
  const base = new Map<string, Json>()
  const pathsOf = ({ folder, owns }: DocumentFamily): readonly string[] =>
    ['paired.json', 'pending.json'].filter(owns).map((name) => `${folder}/${name}`)
  const readOne = async (family: DocumentFamily, path: string) => {
    const after = now.get(path)
    const before = base.get(path)
    if (after === undefined || JSON.stringify(after) === JSON.stringify(before)) return []
    const [folder = '', fileName = ''] = path.split('/')
    family.check(fileName, after)
    const refusals = await here.store.transact(
      {
        scope: 'outside' as never,
        actor: { kind: 'system', part: 'outside change' },
        action: 'outside.change',
      },
      (tx) => family.reconcile(tx, { name: { folder, fileName }, before, after }),
    )
    base.set(path, structuredClone(after))
    return refusals
  }
  const write = (): void => {
    for (const family of families) {
      for (const path of pathsOf(family)) {
        const fileName = path.split('/')[1] ?? ''
        const records = family.sourcesOf(fileName).flatMap(({ collection, prefix }) =>
          here.store
            .view(raw(collection))
            .entries(prefix)
            .map(({ key, value }) => ({ collection, key, value })),
        )
        const json = family.encode(fileName, records, now.get(path))
        if (json === undefined) continue
        now.set(path, structuredClone(json))
        base.set(path, structuredClone(json))
      }
    }
  }
  return {
    files: now,
    write,
    sync: async () => {
      const all: DocumentRefusal[] = []
      for (const family of families) {
        for (const path of pathsOf(family)) all.push(...(await readOne(family, path)))
      }
      write()
      return all
    },
    read: (path) => now.get(path) as never,
    edit: (path, change) => {
      const json = structuredClone(now.get(path) ?? {}) as Entries
      change(json)
      now.set(path, JSON.parse(JSON.stringify(json)))
    },
  }
}
