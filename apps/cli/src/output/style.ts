/** Ways to set text apart; each gives the text back unchanged where colour is off. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const plain: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
}

const coloured: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
}

/** The style of a stream. `NO_COLOR` and `--no-color` win over `FORCE_COLOR`, and that over what the stream is. */
export function styleFor(
  env: Readonly<Record<string, string | undefined>>,
  stream: { readonly isTerminal: boolean; readonly allowed: boolean },
): Style {
  if (!stream.allowed || (env['NO_COLOR'] ?? '') !== '') return plain
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') {
    return forced === '0' || forced === 'false' ? plain : coloured
  }
  return stream.isTerminal && env['TERM'] !== 'dumb' ? coloured : plain
}

function same(text: string): string {
  return text
}

function sgr(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${String(on)}m${text}\u001b[${String(off)}m`
}
