import { OpenClawError } from '@openclaw/pairing-contracts'
import { errnoOf } from '../journal/files.ts'
import { quote } from './finding-texts.ts'
import type { DocumentFinding } from './types.ts'

/** A directory without journal was not taken over, because of the files in {@link findings}. Nothing was written. */
export class TakeOverStopped extends OpenClawError {
  override readonly name = 'TakeOverStopped'
  override readonly code = 'ERR_STORE_TAKE_OVER_STOPPED'
  readonly findings: readonly DocumentFinding[]
  constructor(findings: readonly DocumentFinding[]) {
    const first = findings[0]
    const more = findings.length > 1 ? ` (and ${String(findings.length - 1)} more)` : ''
    super(
      `the existing files were not taken over: ${first?.file ?? '?'}: ${first?.problem ?? '?'}${more}`,
      {
        hint: `${first?.fix ?? 'mend the file'}; \`openclaw doctor\` shows all of them`,
      },
    )
    this.findings = findings
  }
}

/** The new file could not be moved into place, after all tries. The old one is untouched. */
export class RenameRefused extends OpenClawError {
  override readonly name = 'RenameRefused'
  override readonly code = 'ERR_DOCUMENT_RENAME'
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be replaced (${errnoOf(cause) ?? 'unknown'})`, {
      hint: 'mount the state directory as a whole, not single files of it',
      cause,
    })
  }
}

/** The well-known files of a state directory lie elsewhere than this process was told. Nothing was read and nothing written. */
export class FolderMoved extends OpenClawError {
  override readonly name = 'FolderMoved'
  override readonly code = 'ERR_STORE_FOLDER_MOVED'
  /** The folder's name, such as `credentials`. */
  readonly folder: string
  /** Where the files lie. */
  readonly kept: string
  /** Where this process was told to look. */
  readonly asked: string
  constructor(folder: string, kept: string, asked: string) {
    super(`the ${folder} files of this state directory lie in ${kept}, not in ${asked}`, {
      hint: `${wayBack(folder, kept)}; or to move them, copy them to ${quote(asked)} and run \`openclaw doctor --fix\``,
    })
    this.folder = folder
    this.kept = kept
    this.asked = asked
  }
}

function wayBack(folder: string, kept: string): string {
  return folder === 'credentials'
    ? `set OPENCLAW_OAUTH_DIR=${quote(kept)}`
    : `open it with ${quote(kept)} as the place of ${folder}`
}
