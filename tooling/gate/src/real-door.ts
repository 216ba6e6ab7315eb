import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@openclaw/credential-store'
import { dmPairing } from '@openclaw/dm-pairing'
import { channelDefinition, loadConfig } from '@openclaw/pairing-config'
import { nodeFiles } from '@openclaw/pairing-config/node'
import {
  type Actor,
  type ChannelDefinition,
  type JsonObject,
  OpenClawError,
  type PolicyOf,
} from '@openclaw/pairing-contracts'
import type { ContractDoor, DoorOptions, OpenDoor } from '@openclaw/pairing-testing'

const ROOT: Actor = { kind: 'root', user: 'contract' }

class NotAsExpected extends OpenClawError {
  override readonly name = 'NotAsExpected'
  override readonly code = 'ERR_GATE_RIG'
}

/**
 * The gate of `@openclaw/dm-pairing` on a store in memory, under the policy that `@openclaw/pairing-config` reads.
 *
 * @param definition - the adapter's own rules; those of the configuration must say the same of whose account it is
 * @param section - what stands below `channels.<name>` besides the policy, such as the transport
 */
export function realDoor(definition: ChannelDefinition, section: JsonObject = {}): OpenDoor {
  return async (options) => {
    const { name } = definition
    if (channelDefinition(name).personal !== definition.personal)
      throw new NotAsExpected('the adapter and the configuration differ on whose account it is')
    const written = options.policy === 'written' ? { dmPolicy: 'pairing' } : {}
    const policyOf = await policyUnder({ channels: { [name]: { ...section, ...written } } })
    return door({ definition, policyOf, options })
  }
}

/** As a gateway reads it: from a file. */
async function policyUnder(config: JsonObject): Promise<PolicyOf> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-gate-'))
  try {
    await writeFile(join(folder, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
    const env = { HOME: folder, OPENCLAW_STATE_DIR: folder }
    const { policyOf } = await loadConfig({ env, files: nodeFiles() })
    return policyOf
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface Parts {
  readonly definition: ChannelDefinition
  readonly policyOf: PolicyOf
  readonly options: DoorOptions
}

function door({ definition, policyOf, options }: Parts): ContractDoor {
  const { account, clock, connectedAt } = options
  const address = { channel: definition.name, account }
  const people = dmPairing(
    {
      ...{ store: memoryStore({ clock }), clock },
      random: (length) => randomBytes(length),
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
    },
    {
      channels: (name) => (name === definition.name ? definition : undefined),
      ...{ policyOf, connectedAt },
    },
  )
  return {
    gate: people.gate,
    waiting: async () => {
      const lists = await people.list(ROOT, address)
      if ('outcome' in lists) throw new NotAsExpected(lists.why)
      return lists.flatMap(({ requests }) =>
        requests.map(({ senderId, code }) => ({ senderId, code })),
      )
    },
    approve: async (code) => {
      const { outcome } = await people.approve(ROOT, { ...address, typed: code })
      if (outcome !== 'approved') throw new NotAsExpected(`the approval came to ${outcome}`)
    },
  }
}
