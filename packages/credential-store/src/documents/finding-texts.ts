import type { DocumentRefusal } from '@openclaw/pairing-contracts'
import { errnoOf } from '../journal/files.ts'
import type { Document } from './document.ts'
import type { FileFacts } from './file-facts.ts'
import { FOREIGN_LOCK_STALE_MS, MAX_DOCUMENTS } from './limits.ts'
import { printable } from './text.ts'
import type { DocumentFinding } from './types.ts'

/** Room for a command with a few long paths. */
const PATHS = 16_384

type Words = Pick<DocumentFinding, 'problem' | 'consequence' | 'fix'>

/** Not what the family expects; `keptAs` is where its bytes are now. */
export function damaged(file: string, why: string, keptAs?: string): DocumentFinding {
  return finding('ERR_DOCUMENT_DAMAGED', file, {
    problem: `the file is damaged: ${why}`,
    consequence:
      keptAs === undefined
        ? 'it was not taken over and not written; nobody it may name was let in or removed by it'
        : `it is rebuilt from the journal; the damaged bytes are in ${keptAs}`,
    fix:
      keptAs === undefined
        ? `mend or move it: mv ${quote(file)} ${quote(`${file}.damaged`)}`
        : `compare both, and repeat by hand what is missing: ${quote(keptAs)}`,
  })
}

/** Damaged, and not mended yet; the journal has what it should say. */
export function toRebuild(file: string, why: string): DocumentFinding {
  return finding('ERR_DOCUMENT_DAMAGED', file, {
    problem: `the file is damaged: ${why}`,
    consequence: 'nobody was let in or removed by it; other programs cannot read it',
    fix: 'start the gateway or run any command that writes: its bytes are kept aside and it is rebuilt from the journal',
  })
}

/** Was damaged at some time, and its bytes are still there. */
export function keptAside(file: string, keptAs: string): DocumentFinding {
  return finding('ERR_DOCUMENT_KEPT', keptAs, {
    problem: `these are damaged bytes of ${file}`,
    consequence: 'the file was rebuilt from the journal; what only these bytes say does not hold',
    fix: `compare both, repeat by hand what is missing, then: rm -r ${quote(keptAs)}`,
  })
}

/** Gone, while the journal has entries for it. */
export function missing(file: string): DocumentFinding {
  return finding('ERR_DOCUMENT_MISSING', file, {
    problem: 'the file was removed by something else',
    consequence: 'it is rebuilt from the journal; nobody was revoked by this',
    fix: 'to take rights away use `openclaw pairing revoke`, or leave an empty list in the file',
  })
}

/** A part of a foreign change that the family would not take. */
export function refused(file: string, { subject, why, fix }: DocumentRefusal): DocumentFinding {
  return finding('ERR_DOCUMENT_REFUSED', file, {
    problem: `a change made outside was not taken over: ${printable(subject)}: ${printable(why)}`,
    consequence: 'the state is as before, and the file is written again to say so',
    fix,
  })
}

/** A foreign change that waits. */
export function changed(file: string, cause: unknown): DocumentFinding {
  return finding('ERR_DOCUMENT_CHANGED', file, {
    problem: `another program changed the file, and that could not be taken over: ${wordsOf(cause)}`,
    consequence: 'what it changed does not hold yet; the file is left as it is',
    fix: 'run `openclaw doctor` as the user that owns the state directory',
  })
}

/** A symbolic link inside the state directory. */
export function link(file: string): DocumentFinding {
  return finding('ERR_DOCUMENT_LINK', file, {
    problem: 'this is a symbolic link',
    consequence: 'it is neither read nor written; only the state directory itself may be a link',
    fix: `replace it by what it points to: cp --remove-destination "$(readlink -f ${quote(file)})" ${quote(file)}`,
  })
}

/** Not a folder where one belongs. */
export function notFolder(file: string): DocumentFinding {
  return finding('ERR_DOCUMENT_FOLDER', file, {
    problem: 'a folder belongs here',
    consequence: 'the files in it can be neither read nor written',
    fix: `move it away: mv ${quote(file)} ${quote(`${file}.moved`)}`,
  })
}

/** Another user's. */
export function wrongOwner(file: string, stat: FileFacts, uid: number): DocumentFinding {
  return finding('ERR_DOCUMENT_OWNER', file, {
    problem: `it belongs to user ${String(stat.uid)}, the state directory to user ${String(uid)}`,
    consequence: 'it is neither read nor written',
    fix: `sudo chown ${String(uid)} ${quote(file)}`,
  })
}

/** Open to others. */
export function tooOpen(file: string, stat: FileFacts): DocumentFinding {
  return finding('ERR_DOCUMENT_MODE', file, {
    problem: `other users of this machine may use it (mode ${stat.mode.toString(8).padStart(4, '0')})`,
    consequence: 'they can read who is approved, or change it',
    fix: `chmod ${stat.kind === 'folder' ? '700' : '600'} ${quote(file)}`,
  })
}

/** The system would not let us read. `uid` is the user that it should belong to. */
export function unreadable(file: string, error: unknown, uid: number | undefined): DocumentFinding {
  const denied = ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')
  return finding('ERR_DOCUMENT_UNREADABLE', file, {
    problem: `it cannot be read: ${wordsOf(error)}`,
    consequence:
      'it counts as unknown, not as empty: nothing is taken over and nothing overwritten',
    fix: denied
      ? giveBack(file, uid)
      : 'check the disk and its mount (dmesg), then run `openclaw doctor`',
  })
}

/** The system would not let us write. */
export function unwritable(file: string, error: unknown, uid: number | undefined): DocumentFinding {
  return finding('ERR_DOCUMENT_UNWRITABLE', file, {
    problem: `it cannot be written: ${wordsOf(error)}`,
    consequence:
      'the journal has the state, but other programs see the old file; it is tried again',
    fix: writeFix(file, error, uid),
  })
}

/** Rename is refused for good. */
export function renameRefused(file: string, error: unknown): DocumentFinding {
  return finding('ERR_DOCUMENT_RENAME', file, {
    problem: `a new file cannot be moved into its place: ${wordsOf(error)}`,
    consequence:
      'the journal has the state, but other programs see the old file; it is tried again',
    fix: 'mount the state directory as a whole (a single mounted file cannot be replaced), or close the program that holds the file',
  })
}

/** Another program holds the lock file. */
export function locked({ path, lock }: Document): DocumentFinding {
  return finding('ERR_DOCUMENT_LOCKED', path, {
    problem: `another program holds ${lock}`,
    consequence: 'the file is written as soon as it lets go',
    fix: `wait, or remove the lock if nothing else runs: rm ${quote(lock)}`,
  })
}

/** More files than anyone needs. */
export function tooMany(folder: string): DocumentFinding {
  return finding('ERR_DOCUMENT_TOO_MANY', folder, {
    problem: `more than ${String(MAX_DOCUMENTS)} files`,
    consequence: 'the rest is not looked at',
    fix: 'remove the files of accounts that do not exist any more',
  })
}

/** Left by a program that died. */
export function leftover(file: string): DocumentFinding {
  return finding('ERR_DOCUMENT_LEFTOVER', file, {
    problem: 'left behind by a program that did not end well',
    consequence: `harmless: removed by the next write, a lock file after ${String(FOREIGN_LOCK_STALE_MS / 1000)} s at the latest`,
    fix: `rm ${quote(file)}`,
  })
}

/** Does not show the state. */
export function behind(file: string): DocumentFinding {
  return finding('ERR_DOCUMENT_BEHIND', file, {
    problem: 'it does not show the state of the journal',
    consequence: 'other programs see an older state',
    fix: 'start the gateway or run any command that writes; it is then written again',
  })
}

/** What went wrong, printable. */
export function wordsOf(error: unknown): string {
  return errnoOf(error) ?? (error instanceof Error ? error.message : String(error))
}

/** `text` as one word of a shell command. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function giveBack(file: string, uid: number | undefined): string {
  const owner = uid === undefined ? '' : `sudo chown ${String(uid)} ${quote(file)} && `
  return `${owner}chmod 600 ${quote(file)}`
}

function writeFix(file: string, error: unknown, uid: number | undefined): string {
  const errno = errnoOf(error) ?? ''
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return 'free some space on this disk'
  if (errno === 'EROFS') return 'mount the disk for writing'
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), 1))
  const owner = uid === undefined ? '' : `sudo chown ${String(uid)} ${quote(folder)} && `
  return `${owner}chmod 700 ${quote(folder)}`
}

function finding(code: DocumentFinding['code'], file: string, words: Words): DocumentFinding {
  return {
    code,
    file: printable(file, PATHS),
    problem: printable(words.problem, PATHS),
    consequence: printable(words.consequence, PATHS),
    fix: printable(words.fix, PATHS),
  }
}
