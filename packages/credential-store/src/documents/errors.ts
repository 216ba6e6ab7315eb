import { OpenClawError } from '@openclaw/pairing-contracts'
import { errnoOf } from '../journal/files.ts'
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

/** A directory without journal holds data, but this process may not write there; an empty answer would be a lie. */
export class TakeOverNeedsWriting extends OpenClawError {
  override readonly name = 'TakeOverNeedsWriting'
  override readonly code = 'ERR_STORE_TAKE_OVER_READONLY'
  constructor(root: string, cause: unknown) {
    super(`${root} holds files that were not taken over yet, and it cannot be written`, {
      hint: 'run the command once as the user that owns this directory',
      cause,
    })
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
