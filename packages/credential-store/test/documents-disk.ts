import type { FileStat, StoreFiles } from '../src/journal/files.ts'

/** A disk in memory that forgets, when the power is cut, what was not synced. */
export interface TestDisk {
  readonly files: StoreFiles
  /**
   * Cuts the power. `keep` is asked for each folder (how many of its `steps` changes since the last sync survive) and for
   * each file that was written since its last sync (1: the new bytes survive, 0: the old ones do).
   */
  readonly cut: (keep: (steps: number) => number) => void
}

interface FileNode {
  readonly kind: 'file'
  readonly ino: number
  data: Buffer
  synced: Buffer
  dirty: boolean
  mode: number
  time: number
}

interface FolderNode {
  readonly kind: 'folder'
  readonly ino: number
  /** What the folder held after each change since the last sync; the last one is now. */
  steps: ReadonlyMap<string, Node>[]
  mode: number
  time: number
}

type Node = FileNode | FolderNode

/** An empty disk with the folder `root`. */
export function testDisk(root: string): TestDisk {
  const begun = Date.now()
  let ticks = 0
  const tick = (): number => {
    ticks += 1
    return begun + ticks / 1000
  }
  const folder = (): FolderNode => ({
    kind: 'folder',
    ino: tick(),
    steps: [new Map()],
    mode: 0o700,
    time: tick(),
  })
  const top = folder()
  const open = new Map<number, FileNode>()
  let lastFd = 100
  const find = (path: string): Node | undefined => {
    if (path === root) return top
    if (!path.startsWith(`${root}/`)) return undefined
    let node: Node | undefined = top
    for (const name of path.slice(root.length + 1).split('/')) {
      if (node === undefined) return undefined
      if (node.kind !== 'folder') throw failure('ENOTDIR')
      node = now(node).get(name)
    }
    return node
  }
  const parentOf = (path: string): FolderNode => {
    const node = find(path.slice(0, path.lastIndexOf('/')))
    if (node?.kind !== 'folder') throw failure('ENOENT')
    return node
  }
  const change = (path: string, edit: (entries: Map<string, Node>, name: string) => void): void => {
    const parent = parentOf(path)
    const entries = new Map(now(parent))
    edit(entries, path.slice(path.lastIndexOf('/') + 1))
    parent.steps.push(entries)
    parent.time = tick()
  }
  const fileAt = (path: string): FileNode => {
    const node = find(path)
    if (node === undefined) throw failure('ENOENT')
    if (node.kind === 'folder') throw failure('EISDIR')
    return node
  }
  const fileOf = (fd: number): FileNode => open.get(fd) ?? fail('EBADF')
  const files: StoreFiles = {
    open: (path, mode) => {
      if (mode === 'new') {
        if (find(path)) throw failure('EEXIST')
        const empty = Buffer.alloc(0)
        const node: FileNode = {
          kind: 'file',
          ino: tick(),
          data: empty,
          synced: empty,
          dirty: false,
          mode: 0o600,
          time: tick(),
        }
        change(path, (entries, name) => entries.set(name, node))
      }
      const node = fileAt(path)
      lastFd += 1
      open.set(lastFd, node)
      return lastFd
    },
    close: (fd) => void open.delete(fd),
    statOpen: (fd) => statOf(fileOf(fd)),
    endsAt: (fd, position) => fileOf(fd).data.length <= position,
    stat: (path) => {
      const node = find(path)
      return node && statOf(node)
    },
    statTarget: (path) => {
      const node = find(path)
      return node && statOf(node)
    },
    read: (fd, position, length) =>
      Buffer.from(fileOf(fd).data.subarray(position, position + length)),
    write: (fd, bytes) => {
      const node = fileOf(fd)
      node.data = Buffer.concat([node.data, bytes])
      node.dirty = true
      node.time = tick()
      return bytes.length
    },
    truncate: (fd, size) => {
      const node = fileOf(fd)
      node.data = node.data.subarray(0, size)
      node.dirty = true
      node.time = tick()
    },
    sync: async (fd) => {
      const node = fileOf(fd)
      node.synced = node.data
      node.dirty = false
    },
    syncDirectory: async (path) => {
      const node = find(path)
      if (node?.kind !== 'folder') throw failure('ENOENT')
      node.steps = [now(node)]
    },
    list: (path) => {
      const node = find(path)
      if (node === undefined) throw failure('ENOENT')
      return node.kind === 'folder' ? [...now(node).keys()] : fail('ENOTDIR')
    },
    makeDirectory: (path) => {
      if (find(path)) throw failure('EEXIST')
      change(path, (entries, name) => entries.set(name, folder()))
    },
    removeDirectory: () => fail('ENOTSUP'),
    link: () => fail('ENOTSUP'),
    rename: (from, to) => {
      const node = fileAt(from)
      node.time = tick()
      const goal = to.slice(to.lastIndexOf('/') + 1)
      change(from, (entries, name) => {
        entries.delete(name)
        entries.set(goal, node)
      })
    },
    remove: (path) => {
      fileAt(path)
      change(path, (entries, name) => entries.delete(name))
    },
    chmod: (path, mode) => {
      const node = find(path) ?? fail('ENOENT')
      node.mode = mode
    },
    chown: () => undefined,
  }
  return {
    files,
    cut: (keep) => {
      open.clear()
      forget(top, keep)
    },
  }
}

const now = (node: FolderNode): ReadonlyMap<string, Node> => node.steps.at(-1) ?? new Map()

function forget(node: FolderNode, keep: (steps: number) => number): void {
  const kept = node.steps[keep(node.steps.length - 1)] ?? new Map<string, Node>()
  node.steps = [kept]
  for (const child of kept.values()) {
    if (child.kind === 'folder') forget(child, keep)
    else if (child.dirty) {
      if (keep(1) === 0) child.data = child.synced
      child.synced = child.data
      child.dirty = false
      child.time += 0.5
    }
  }
}

function statOf(node: Node): FileStat {
  return {
    size: node.kind === 'file' ? node.data.length : 0,
    ino: node.ino,
    dev: 1,
    nlink: 1,
    mode: node.mode,
    uid: process.getuid?.() ?? 0,
    gid: 0,
    mtimeMs: node.time,
    ctimeMs: node.time,
    isFile: () => node.kind === 'file',
    isDirectory: () => node.kind === 'folder',
    isSymbolicLink: () => false,
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

function fail(code: string): never {
  throw failure(code)
}
