import { createHash, randomBytes } from 'node:crypto'
import type { PostgresStore } from '@openclaw/credential-store-postgres'
import { nodePostgresStore } from '@openclaw/credential-store-postgres/node'
import { createPairing, type Pairing } from '@openclaw/pairing'
import { CHANNELS } from '@openclaw/pairing-config'
import type { DmPolicy } from '@openclaw/pairing-contracts'
import { address } from '../state.ts'

const policy: DmPolicy = {
  policy: 'pairing',
  allowFrom: [],
  owners: [],
  allowFromSource: 'channels.telegram.allowFrom in openclaw.json',
  replyMode: 'code',
  maxPending: 3,
}

/**
 * The pairing layer over a schema of a database, as a gateway has it; it tidies up only when it is told, because that looks
 * at all senders once and would be part of whatever is measured then.
 */
export async function pairingOn(
  url: string,
  schema: string,
): Promise<Pairing & { readonly store: PostgresStore }> {
  const store = await nodePostgresStore({ url, schema })
  const pairing = createPairing(
    {
      store,
      clock: store.clock,
      random: randomBytes,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      channels: CHANNELS,
    },
    {
      policyOf: () => policy,
      addresses: () => [address],
      approveCommand: (_, reference) => `openclaw pairing approve telegram ${reference}`,
      cli: 'openclaw',
      readOnly: true,
    },
  )
  return { ...pairing, store }
}
