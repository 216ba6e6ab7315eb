/** How far the account has come; all in ms since 1970. */
export interface Mark {
  /** When it was connected for the first time: what is older is history. */
  readonly bornAt: number
  /** Everything up to here was looked for. */
  readonly lookedAt: number
}

/** Text for a saved position. */
export const encodeMark = ({ bornAt, lookedAt }: Mark): string =>
  `${String(bornAt)}/${String(lookedAt)}`

/** Reads it; `undefined` for anything else. */
export function decodeMark(text: string | undefined): Mark | undefined {
  const [, bornAt, lookedAt] = /^(\d{1,15})\/(\d{1,15})$/.exec(text ?? '') ?? []
  if (bornAt === undefined || lookedAt === undefined) return undefined
  return { bornAt: Number(bornAt), lookedAt: Number(lookedAt) }
}
