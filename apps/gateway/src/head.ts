import type { Collection, CredentialStore, Json, Seq } from '@openclaw/pairing-contracts'

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'dm.senders',
  decode: (value) => value,
  encode: (value) => value,
}

/** The last transaction of a store. Throws where the store cannot vouch for its state. */
export function headOf(store: Pick<CredentialStore, 'view'>): Seq {
  return store.view(anything).seq()
}
