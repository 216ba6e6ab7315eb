/**
 * Who acts. Every surface passes one explicitly; a record of the journal keeps its `encodeActor` form.
 *
 * - `root`: whoever owns the state directory, at the local CLI
 * - `library`: the process that embeds `@openclaw/pairing` and holds the store open
 * - `owner`: a chat identity that the configuration or `openclaw owner add` names
 * - `operator`: a paired device with scopes, over the WebSocket
 * - `page`: a session of the owner's page
 * - `sender`: whoever wrote a message; may only ask
 * - `device`: a connected device; may only ask
 * - `system`: the product itself (expiry, take-over, a change by another program)
 */
export type Actor =
  | { readonly kind: 'root'; readonly user: string }
  | { readonly kind: 'library'; readonly name: string }
  | {
      readonly kind: 'owner'
      readonly channel: string
      readonly account: string
      readonly senderId: string
    }
  | { readonly kind: 'operator'; readonly deviceId: string; readonly scopes: readonly string[] }
  | { readonly kind: 'page'; readonly session: string }
  | {
      readonly kind: 'sender'
      readonly channel: string
      readonly account: string
      readonly senderId: string
    }
  | { readonly kind: 'device'; readonly deviceId: string; readonly role: string }
  | { readonly kind: 'system'; readonly part: string }

/** The kinds of {@link Actor}. */
export type ActorKind = Actor['kind']
