import type { WhatsappFault } from './faults.ts'
import type { MetaJson, WhatsappPerson } from './people.ts'

/** How to start a WhatsApp emulator. */
export interface WhatsappEmulatorOptions {
  /** 0 (default) takes a free one. */
  readonly port?: number
  /** The one access token that is right; `EAA…` unless given. */
  readonly accessToken?: string
  /** What webhooks are signed with; 32 hex digits unless given. */
  readonly appSecret?: string
  readonly phoneNumberId?: string
  /** Digits. */
  readonly displayPhoneNumber?: string
  /** The platform's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
  /** Before a webhook that was not answered with 200 is posted again, in ms, doubled each time up to the second; 1,000 and 60,000. */
  readonly retryMs?: number
  readonly maxRetryMs?: number
  /** How long a webhook's answer is waited for, in ms; 5,000 unless given. */
  readonly answerMs?: number
  /** Whether statuses of what was sent are posted; `all` unless given. */
  readonly statuses?: 'all' | 'failed'
}

/** A text that the account sent and the platform took. */
export interface WhatsappSent {
  readonly id: string
  /** Digits, or a business-scoped id. */
  readonly to: string
  readonly text: string
  readonly body: MetaJson
  /** ms since 1970. */
  readonly at: number
}

/** One request to the Graph API, as it was answered. */
export interface WhatsappCall {
  readonly method: 'messages' | 'number' | 'unknown'
  /** 0: the connection was dropped or never answered. */
  readonly status: number
  readonly at: number
}

/** One try to post a webhook. */
export interface WhatsappDelivery {
  /** Ids of the messages in it. */
  readonly ids: readonly string[]
  /** How often it was posted before. */
  readonly retry: number
  /** 0: nobody answered. */
  readonly status: number
  readonly at: number
  /** How long the answer took, in ms. */
  readonly ms: number
}

/** A message of a person, as the platform holds it. */
export interface WhatsappWritten {
  /** `wamid.…` */
  readonly id: string
  readonly change: MetaJson
}

/** A business number behind the Cloud API on 127.0.0.1, and the levers a test pulls. */
export interface WhatsappEmulator {
  /** For `apiRoot`, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly accessToken: string
  readonly appSecret: string
  readonly phoneNumberId: string
  readonly displayPhoneNumber: string
  /** What Meta's console does when a webhook is entered: true where it was verified, and is used from then on. */
  readonly subscribe: (url: string, verifyToken: string) => Promise<boolean>
  /** Where webhooks go from now on, without asking there. */
  readonly callback: (url: string) => void
  /** A person writes to the business number; `fields` over those of a text. */
  readonly message: (from: WhatsappPerson, text: string, fields?: MetaJson) => WhatsappWritten
  /** A person writes in a group that the number is in. */
  readonly inGroup: (groupId: string, from: WhatsappPerson, text: string) => WhatsappWritten
  /** Posts any change. */
  readonly push: (change: MetaJson) => void
  /** Posts a message once more, under its id. */
  readonly redeliver: (id: string) => void
  /** Posts any body, signed unless another signature is given; the status of the answer. */
  readonly post: (body: string, signature?: string) => Promise<number>
  readonly sent: readonly WhatsappSent[]
  readonly calls: readonly WhatsappCall[]
  readonly deliveries: readonly WhatsappDelivery[]
  /** Webhooks that were not answered with 200 yet. */
  readonly pending: () => number
  readonly fault: (fault: WhatsappFault) => void
  readonly clearFaults: () => void
  /**
   * What is sent to this person is refused with this error, such as 131026: at once, or in a status after it was taken.
   */
  readonly refuse: (to: string, code: number, how?: 'at-once' | 'later') => void
  readonly take: (to: string) => void
  /** More than a day has passed since this person wrote: free text is refused with 131047. */
  readonly lapse: (to: string) => void
  /** From now on the access token is wrong. */
  readonly revokeToken: () => void
  /** Destroys every open connection. */
  readonly cut: () => void
  /** Refuses connections and posts nothing until `resume`. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
