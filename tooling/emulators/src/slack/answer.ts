import type { SlackMember } from './people.ts'
import type { SlackSentMessage } from './types.ts'

/** The workspace as the Web API sees it. */
export interface SlackState {
  readonly team: string
  readonly botUser: string
  readonly tokens: { botToken: string | undefined; appToken: string | undefined }
  readonly scopes: Set<string>
  readonly members: Map<string, SlackMember>
  readonly blocked: Set<string>
  readonly sent: SlackSentMessage[]
  /** A fresh address for one socket. */
  readonly ticket: () => string
  readonly nextTs: () => string
  readonly now: () => number
}

/** Parameters are text on the wire; structured ones are JSON. */
export type SlackParams = Readonly<Record<string, string>>

/** What the server answers. */
export interface SlackAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A success. */
export const ok = (result: object): SlackAnswer => ({ status: 200, body: { ok: true, ...result } })

/** A failure, which Slack answers with status 200 as well. */
export const no = (error: string, more: object = {}): SlackAnswer => ({
  status: 200,
  body: { ok: false, error, ...more },
})

/** The direct conversation of a member. */
export const directOf = (userId: string): string => `D${userId.slice(1)}`
