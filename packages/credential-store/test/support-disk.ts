import type { FileStat, HeldLock, LockPlace, OpenMode, StoreFiles } from '../src/index.ts'

interface Node {
  readonly ino: number
  readonly entries: Map<string, Node> | undefined
  data: Uint8Array
  /** What would be there after a power loss. */
  durable: { readonly data: Uint8Array; readonly entries: ReadonlyMap<string, Node> }
  mode: number
  links: number
  times: number
}

/** What becomes of bytes that were written but not synced. */
export type Loss = 'all' | 'part' | 'zeros'

/** A disk in memory that forgets on {@link Disk.crash} what was not synced. */
export interface Disk {
  readonly files: StoreFiles
  /** The disk after a power loss; `random` answers 0–255. */
  readonly crash: (loss: Loss, random: () => number) => Disk
  /** Bytes and names that the last {@link crash} dropped. */
  readonly dropped: () => number
  readonly text: (path: string) => string | undefined
}

const errno = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${path}`), { code })

/** An empty disk with the directory `/state`. */
export function emptyDisk(): Disk {
  const root = directory(1)
  const state = directory(2)
  root.entries?.set('state', state)
  root.durable = { data: root.data, entries: new Map(root.entries) }
  return diskFrom(root)
}

function directory(ino: number): Node {
  const data = new Uint8Array()
  const durable = { data, entries: new Map<string, Node>() }
  return { ino, entries: new Map(), data, durable, mode: 0o40700, links: 2, times: 0 }
}

function diskFrom(root: Node, from = 100): Disk {
  let next = from
  let dropped = 0
  const open = new Map<number, Node>()
  const find = (path: string): Node | undefined => {
    let node: Node | undefined = root
    for (const part of path.split('/').filter(Boolean)) node = node?.entries?.get(part)
    return node
  }
  const need = (path: string): Node => {
    const node = find(path)
    if (node === undefined) throw errno('ENOENT', path)
    return node
  }
  const parentOf = (path: string): { folder: Map<string, Node>; name: string } => {
    const cut = path.lastIndexOf('/')
    const folder = need(path.slice(0, cut) || '/').entries
    if (folder === undefined) throw errno('ENOTDIR', path)
    return { folder, name: path.slice(cut + 1) }
  }
  const add = (path: string, node: Node): void => {
    const { folder, name } = parentOf(path)
    if (folder.has(name)) throw errno('EEXIST', path)
    folder.set(name, node)
  }
  const of = (fd: number): Node => {
    const node = open.get(fd)
    if (node === undefined) throw errno('EBADF', String(fd))
    return node
  }
  const touch = (node: Node, data: Uint8Array): void => {
    node.data = data
    node.times = next
    next += 1
  }
  const make = (): Node => {
    next += 1
    return { ...directory(next), entries: undefined, mode: 0o100600, links: 1 }
  }
  const files: StoreFiles = {
    open: (path: string, mode: OpenMode) => {
      if (mode === 'new') add(path, make())
      next += 1
      open.set(next, need(path))
      return next
    },
    close: (fd) => void open.delete(fd),
    statOpen: (fd) => statOf(of(fd)),
    endsAt: (fd, position) => of(fd).data.length <= position,
    stat: (path) => mapped(find(path)),
    statTarget: (path) => mapped(find(path)),
    read: (fd, position, length) => of(fd).data.slice(position, position + length),
    write: (fd, bytes) => {
      touch(of(fd), Buffer.concat([of(fd).data, bytes]))
      return bytes.length
    },
    truncate: (fd, size) => touch(of(fd), of(fd).data.slice(0, size)),
    sync: async (fd) => {
      const node = of(fd)
      await Promise.resolve()
      node.durable = { ...node.durable, data: node.data }
    },
    syncDirectory: async (path) => {
      const node = need(path)
      node.durable = { ...node.durable, entries: new Map(node.entries) }
    },
    list: (path) => [...(need(path).entries?.keys() ?? [])],
    makeDirectory: (path) => {
      next += 1
      add(path, directory(next))
    },
    removeDirectory: (path) => {
      const { folder, name } = parentOf(path)
      if ((need(path).entries?.size ?? 0) > 0) throw errno('ENOTEMPTY', path)
      folder.delete(name)
    },
    link: (from, to) => {
      add(to, need(from))
      need(from).links += 1
    },
    rename: (from, to) => {
      const node = need(from)
      parentOf(from).folder.delete(parentOf(from).name)
      parentOf(to).folder.set(parentOf(to).name, node)
    },
    remove: (path) => {
      need(path).links -= 1
      parentOf(path).folder.delete(parentOf(path).name)
    },
    chmod: () => undefined,
    chown: () => undefined,
  }
  const lose = (node: Node, loss: Loss, random: () => number): Node => {
    const kept = survivors(node, random)
    dropped += node.data.length - node.durable.data.length
    dropped += (node.entries?.size ?? 0) === kept.size ? 0 : 1
    const data = afterLoss(node, loss, random)
    const entries =
      node.entries && new Map([...kept].map(([name, at]) => [name, lose(at, loss, random)]))
    return { ...node, data, entries, durable: { data, entries: new Map(entries) } }
  }
  return {
    files,
    crash: (loss, random) => diskFrom(lose(root, loss, random), next + 1),
    dropped: () => dropped,
    text: (path) => {
      const node = find(path)
      return node && Buffer.from(node.data).toString()
    },
  }
}

/** Names that were synced, and some of those that were not. */
function survivors(node: Node, random: () => number): ReadonlyMap<string, Node> {
  const kept = new Map(node.durable.entries)
  for (const [name, at] of node.entries ?? []) if (random() < 64) kept.set(name, at)
  for (const name of kept.keys()) {
    if (!node.entries?.has(name) && random() < 128) kept.delete(name)
  }
  return kept
}

function afterLoss({ data, durable }: Node, loss: Loss, random: () => number): Uint8Array {
  const whole = durable.data
  if (loss === 'all' || data.length <= whole.length) return whole
  const rest = data.length - whole.length
  const part = Math.floor((rest * random()) / 255)
  if (loss === 'part') return data.slice(0, whole.length + part)
  return Buffer.concat([data.subarray(0, whole.length + part), Buffer.alloc(rest - part)])
}

function mapped(node: Node | undefined): FileStat | undefined {
  return node && statOf(node)
}

function statOf({ ino, entries, data, mode, links, times }: Node): FileStat {
  return {
    size: data.length,
    ino,
    dev: 1,
    nlink: links,
    mode,
    uid: process.getuid?.() ?? 0,
    gid: 0,
    mtimeMs: times,
    ctimeMs: times,
    isFile: () => entries === undefined,
    isDirectory: () => entries !== undefined,
    isSymbolicLink: () => false,
  }
}

/** A lock of this process alone. */
export function simpleLock(): (path: string) => LockPlace {
  const held = new Set<string>()
  return (path) => ({
    holder: () => undefined,
    remove: () => undefined,
    want: () => undefined,
    isWanted: () => false,
    tryTake: async (): Promise<HeldLock | undefined> => {
      if (held.has(path)) return undefined
      held.add(path)
      return {
        isOurs: () => held.has(path),
        release: async () => void held.delete(path),
      }
    },
  })
}
