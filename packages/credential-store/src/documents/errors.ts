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
