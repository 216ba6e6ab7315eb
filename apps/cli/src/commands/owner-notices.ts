import type { OwnerNotice } from '@openclaw/pairing-owner-notices'
import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { noticesJson, printNotices } from '../owners/notices-page.ts'
import { readOwnerNotices } from '../owners/read-notices.ts'
import { subjectsOf } from '../owners/subjects.ts'
import { granted, type Session, withSession } from '../people/session.ts'

/** `owner notices`. */
export const command: Command = {
  usage: ['owner notices'],
  about:
    'Shows which owners were told of whom: of each person and device that asked, whether the message was sent, is still to be sent, failed and why, or nobody knows. The gateway sends them, once each; those of a flood go in one line. Changes nothing.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [
    { line: 'owner notices', what: 'who was told of whom' },
    { line: 'owner notices --json', what: 'for a script' },
  ],
  run: (call) => withSession(call, 'read', (session) => notices(call, session)),
}

async function notices(call: Call, session: Session): Promise<ExitCode> {
  const owners = granted(await session.people.owners(session.actor))
  const all = await readOwnerNotices(session.pairing)
  const subjects = await subjectsOf(session, all)
  const toJson = (notice: OwnerNotice) => noticesJson(notice, subjects.get(notice.requestId))
  if (call.json) call.screen.json({ notices: all.map(toJson) })
  else printNotices(call, { owners: owners.length, notices: all, subjects })
  return EXIT.done
}
