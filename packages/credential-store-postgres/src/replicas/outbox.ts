import { MAIL_PAGE, MAIL_PAGE_BYTES, MAX_LETTERS, MAX_LETTERS_BYTES } from '../limits.ts'
import type { Letter } from './letter.ts'

/** Letters that wait to be sent, in order and within bounds. */
export interface Outbox {
  /** Numbers it and has it wait; `undefined` when too many do. */
  readonly add: (letter: Omit<Letter, 'number'>) => number | undefined
  /** The first ones that may go together. Those that nobody would heed any more are dropped. */
  readonly page: () => readonly Letter[]
  /** They were sent, or never will be. */
  readonly drop: (letters: readonly Letter[]) => void
}

/** Empty; `now` is the latest moment that it may be at the database. */
export function outboxWith(now: () => number): Outbox {
  const state = { letters: [] as Letter[], bytes: 0, number: 0 }
  const keep = (holds: (letter: Letter) => boolean): void => {
    state.letters = state.letters.filter(holds)
    state.bytes = state.letters.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  const isFull = (bytes: number): boolean =>
    state.letters.length >= MAX_LETTERS || state.bytes + bytes > MAX_LETTERS_BYTES
  return {
    add: (letter) => {
      if (isFull(letter.bytes)) keep(({ until }) => until > now())
      if (isFull(letter.bytes)) return undefined
      state.number += 1
      state.letters.push({ ...letter, number: state.number })
      state.bytes += letter.bytes
      return state.number
    },
    page: () => {
      keep(({ until }) => until > now())
      const page: Letter[] = []
      let bytes = 0
      for (const letter of state.letters) {
        bytes += letter.bytes
        if (page.length > 0 && (page.length >= MAIL_PAGE || bytes > MAIL_PAGE_BYTES)) break
        page.push(letter)
      }
      return page
    },
    drop: (letters) => {
      const gone = new Set(letters)
      keep((letter) => !gone.has(letter))
    },
  }
}
