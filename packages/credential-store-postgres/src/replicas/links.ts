import { openLink } from '../link.ts'
import { sideLink } from '../side-link.ts'
import type { Answers } from './answers.ts'
import { beginLife, type Life, sayGoodbye } from './life.ts'
import { beginMail, type Mail } from './mail.ts'
import type { Others } from './others.ts'
import type { Outbox } from './outbox.ts'
import type { OwnNotes } from './own-notes.ts'
import type { ReplicaContext } from './parts.ts'
import type { Questions } from './questions.ts'

/** What a replica is made of; there is nothing to close before it is used. */
export interface ReplicaParts {
  readonly replica: ReplicaContext
  readonly outbox: Outbox
  readonly questions: Questions
  readonly answers: Answers
  readonly own: OwnNotes
  readonly others: Others
  readonly listeners: Set<() => void>
}

/** A replica in use: what it does by itself, over two connections. */
export interface OpenLinks {
  readonly life: Life
  readonly mail: Mail
  /** A question waits to be sent, and its answer for. */
  readonly asked: () => void
  /** Sends what waits, if that is possible now, says goodbye and closes both connections. */
  readonly close: () => Promise<void>
}

/** Begins at once. */
export function beginLinks(parts: ReplicaParts): OpenLinks {
  const { replica, others, questions, listeners } = parts
  const { address } = replica.context
  const lifeLink = openLink(address)
  const mailLink = sideLink(address)
  const changed = (): void => {
    questions.failGone(others.isKnown)
    for (const listener of [...listeners]) call(listener)
  }
  const mail: Mail = beginMail({
    ...parts,
    link: mailLink,
    isAlive: () => life.isAlive(),
    added: () => mail.wake(),
  })
  const life: Life = beginLife({
    ...parts,
    link: lifeLink,
    isAsking: () => questions.count() > 0,
    changed,
    mail: () => mail.arrived(),
  })
  return {
    life,
    mail,
    asked: () => {
      questions.failGone(others.isKnown)
      mail.wake()
      if (!replica.isHearing()) life.wake()
    },
    close: async () => {
      await Promise.all([life.stop(), mail.finish()])
      if (life.isAlive()) {
        await lifeLink.run((session) => sayGoodbye(session, replica)).catch(() => undefined)
      }
      await Promise.all([lifeLink.close(), mailLink.close()])
    },
  }
}

/** One that throws keeps nothing from the others. */
function call(listener: () => void): void {
  try {
    listener()
  } catch {
    // it has a log of its own
  }
}
