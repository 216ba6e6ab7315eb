import type {
  ChannelName,
  DocumentFamily,
  DocumentRefusal,
  Json,
} from '@openclaw/pairing-contracts'
import { type DmDocumentOptions, dmDocumentFamilies } from '../src/index.ts'
import { channels, raw, stored, type World } from './world.ts'

/** A `credentials` folder that is kept true to a store, as a file store does it, with the files in memory. */
export interface Directory {
  readonly files: Map<string, Json>
  readonly families: readonly DocumentFamily[]
  /** Takes over what was changed outside, then writes what is stale. Answers what was refused. */
  readonly sync: () => Promise<readonly DocumentRefusal[]>
  /** Only takes over, file by file, in the order given. */
  readonly read: (...fileNames: readonly string[]) => Promise<readonly DocumentRefusal[]>
  readonly write: () => void
}

export function directory(here: World, options: Partial<DmDocumentOptions> = {}): Directory {
  const names = ['telegram', 'whatsapp', 'signal'] as unknown as readonly ChannelName[]
  const families = dmDocumentFamilies(names, {
    channels,
    policyOf: () => here.policy,
    ...options,
  })
  const files = new Map<string, Json>()
  const base = new Map<string, Json>()
  const familyOf = (fileName: string) => families.find((family) => family.owns(fileName))
  const readOne = async (fileName: string): Promise<readonly DocumentRefusal[]> => {
    const family = familyOf(fileName)
    const after = files.get(fileName)
    const before = base.get(fileName)
    if (!family || after === undefined) return []
    if (JSON.stringify(after) === JSON.stringify(before)) return []
    family.check(fileName, after)
    const refusals = await here.store.transact(
      {
        scope: 'outside' as never,
        actor: { kind: 'system', part: 'outside change' },
        action: 'outside.change',
      },
      (tx) => {
        const name = { folder: family.folder, fileName }
        return family.reconcile(tx, { name, before, after })
      },
    )
    base.set(fileName, after)
    return refusals
  }
  const read = async (...fileNames: readonly string[]): Promise<readonly DocumentRefusal[]> => {
    const all: DocumentRefusal[] = []
    for (const fileName of fileNames) all.push(...(await readOne(fileName)))
    return all
  }
  const write = (): void => {
    for (const family of families) {
      for (const fileName of shownBy(here, family, files)) {
        const records = family.sourcesOf(fileName).flatMap(({ collection, prefix }) =>
          here.store
            .view(raw(collection))
            .entries(prefix)
            .map(({ key, value }) => ({ collection, key, value })),
        )
        const json = family.encode(fileName, records, files.get(fileName))
        if (json === undefined) continue
        files.set(fileName, structuredClone(json))
        base.set(fileName, structuredClone(json))
      }
    }
  }
  const sync = async () => {
    const names = families.flatMap((family) => [...files.keys()].filter(family.owns))
    const refusals = await read(...names)
    write()
    return refusals
  }
  return { files, families, sync, read, write }
}

function shownBy(
  { store }: World,
  family: DocumentFamily,
  files: ReadonlyMap<string, Json>,
): readonly string[] {
  const changed = family.collections.flatMap((collection) =>
    Object.keys(stored(store, collection)).flatMap((key) =>
      family.documentsOf({ collection, key }),
    ),
  )
  return [...new Set([...changed, ...[...files.keys()].filter(family.owns)])]
}
