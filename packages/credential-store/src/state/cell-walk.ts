import type { Cell } from './cell.ts'

/** The records of a set, in pieces; what `Walk` of the contracts is made of. */
export interface CellWalk {
  readonly next: (limit: number) => CellPiece
}

/** What one step found. */
export interface CellPiece {
  readonly cells: readonly Cell[]
  /** False when every record as it is now was handed out. */
  readonly more: boolean
}

/** A walk in the order of keys that is told what changed. */
export interface OrderedWalk extends CellWalk {
  readonly noteChange: (key: string) => void
}

/** What is walked through. */
export interface OrderedCells {
  readonly cell: (key: string) => Cell | undefined
  /** So many at most whose keys come after `key`, in order. */
  readonly after: (key: string, limit: number) => readonly Cell[]
}

/** First all keys in their order, then what changed behind it, each once however often it did. */
export function orderedWalk(set: OrderedCells): OrderedWalk {
  const changed = new Set<string>()
  // no key is empty; undefined: it came to the end
  let last: string | undefined = ''
  const onward = (from: string, limit: number): readonly Cell[] => {
    const cells = set.after(from, limit)
    last = cells.length < limit ? undefined : cells.at(-1)?.key
    return cells
  }
  const again = (limit: number): readonly Cell[] => {
    const cells: Cell[] = []
    for (const key of changed) {
      if (cells.length >= limit) break
      changed.delete(key)
      const cell = set.cell(key)
      if (cell !== undefined) cells.push(cell)
    }
    return cells
  }
  return {
    next: (limit) => {
      const cells = last === undefined ? again(limit) : onward(last, limit)
      return { cells, more: last !== undefined || changed.size > 0 }
    },
    noteChange: (key) => {
      if (last === undefined || key <= last) changed.add(key)
    },
  }
}

/** The walks through one set that somebody still holds. */
export interface Walks {
  readonly begin: () => CellWalk
  readonly noteChange: (key: string) => void
}

/** No walk yet. One that is forgotten by whoever began it is forgotten here. */
export function walksThrough(set: OrderedCells): Walks {
  const walks = new Set<WeakRef<OrderedWalk>>()
  return {
    begin: () => {
      const walk = orderedWalk(set)
      walks.add(new WeakRef(walk))
      // through the walk itself, so that it lives as long as what is answered
      return { next: (limit) => walk.next(limit) }
    },
    noteChange: (key) => {
      for (const each of walks) {
        const walk = each.deref()
        if (walk === undefined) walks.delete(each)
        else walk.noteChange(key)
      }
    },
  }
}
