import { basename } from 'node:path'
import type { ChannelAddress, ChannelConnection, CursorStore } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'
import { neverConnects } from './apart.ts'

/** An account that is on, and how it is connected. */
export interface Account extends ChannelAddress {
  /** Where its platform calls; absent where it does not. */
  readonly webhookPath?: string
  /** The file of how far it has come on this machine; its name says which way the account goes. */
  readonly cursorPath: string
  /** Makes a connection that has not run; each runs once. */
  readonly connect: (cursor: CursorStore) => ChannelConnection
}

/** A new connection; where it cannot be made, one that fails alone and says why. */
export function connected(account: Account, cursor: CursorStore): ChannelConnection {
  try {
    return account.connect(cursor)
  } catch (error) {
    return neverConnects(account, error)
  }
}

/** Where the account's place is kept on this machine. */
export function localCursor({ cursorPath }: Account): CursorStore {
  return cursorFile(cursorPath)
}

/** What the place is called beside others of the same account, which went another way. */
export function cursorName({ cursorPath }: Account): string {
  return basename(cursorPath, '.json')
}
