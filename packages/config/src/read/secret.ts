import { MAX_SECRET_LENGTH, MAX_TOKEN_FILE_BYTES } from '../limits.ts'
import { expandHome } from '../paths/home.ts'
import type { ConfigFiles, FileFacts } from '../ports.ts'
import { reasonOf } from './document.ts'
import { type Node, type Read, readText, WRONG, wrong } from './node.ts'

/** Reads a token or password that stands in the configuration: one word. It never appears in a problem. */
export function readSecret(node: Node): Read<string> {
  const text = readText(node, MAX_SECRET_LENGTH)
  if (typeof text !== 'string' || isWord(text)) return text
  return wrong(node, 'has blanks inside', 'Paste it again, without line breaks and blanks.')
}

/** True for one word of printable ASCII, which is all that a header or URL can carry. */
export function isWord(text: string): boolean {
  return text.length <= MAX_SECRET_LENGTH && /^[\x21-\x7e]+$/.test(text)
}

/** Where files that the configuration names are looked for. */
export interface SecretFiles {
  readonly files: ConfigFiles
  readonly home: string
  /** Relative names start here: the directory of the configuration. */
  readonly folder: string
  /** Told about each file that was looked at. */
  readonly seen: Map<string, FileFacts | undefined>
}

/** A secret read from a file, and the file. */
export interface FileSecret {
  readonly secret: string
  readonly file: string
}

/**
 * Reads the secret in the file that is named here: a regular file, small, surrounding blanks left out.
 *
 * @param what - what the file is to hold, in one word, for the complaint
 */
export function readSecretFile(
  node: Node,
  at: SecretFiles,
  what: 'token' | 'secret' | 'address',
): Read<FileSecret> {
  const named = readText(node, 4096)
  if (named === undefined || named === WRONG) return named
  const file = at.files.resolve(at.folder, expandHome(named, at.home))
  try {
    const facts = at.files.stat(file)
    at.seen.set(file, facts)
    if (facts?.kind !== 'file')
      return refuse(
        { node, file, what },
        facts === undefined ? 'is not there' : 'is no regular file',
      )
    warnOpen(node, file, facts)
    const bytes = at.files.read(file, MAX_TOKEN_FILE_BYTES + 1)
    const secret = bytes.length > MAX_TOKEN_FILE_BYTES ? '' : new TextDecoder().decode(bytes).trim()
    return isWord(secret)
      ? { secret, file }
      : refuse({ node, file, what }, `does not hold one ${what} and nothing else`)
  } catch (error) {
    return refuse({ node, file, what }, `cannot be read (${reasonOf(error)})`)
  }
}

interface Refused {
  readonly node: Node
  readonly file: string
  readonly what: string
}

function refuse({ node, file, what }: Refused, problem: string): typeof WRONG {
  if (looksLikeSecret(file)) {
    return wrong(
      node,
      `holds what looks like the ${what} itself, not the name of a file`,
      `Move the ${what} into a file of mode 600 and name that, or use the key for the ${what} itself.`,
    )
  }
  return wrong(
    node,
    `names a file that ${problem}`,
    `Put the ${what} alone into ${file}, mode 600, or correct the name.`,
  )
}

/** Warns of a file with a secret that others may read. */
export function warnOpen(node: Node, file: string, { mode }: FileFacts): void {
  if ((mode & 0o077) === 0) return
  node.report.warn([...node.path], {
    problem: 'names a file that others on this machine may read or change',
    fix: `chmod 600 ${file}`,
  })
}

/** A Telegram bot's token or a webhook's secret at the end of a path, the address of a database in it: not to be printed. */
function looksLikeSecret(path: string): boolean {
  return /\d{3,}:[\w-]{20,}$|whsec_\S{8,}$|postgres(?:ql)?:\//i.test(path)
}
