import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import type {
  AccountId,
  Actor,
  ChannelName,
  EpochMs,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'
import { resultsFolder } from './places.ts'

/** What a state directory holds before the measuring begins. */
export interface Population {
  readonly allowed: number
  readonly pending: number
}

/** Environment of the processes that work on a state directory. */
export type Env = Readonly<Record<string, string>>

const AT_ONCE = 250
const now = Date.now() as EpochMs

/** The account that every figure uses. */
export const address = { channel: 'telegram' as ChannelName, account: 'default' as AccountId }

/** Who approves here. */
export const owner: Actor = { kind: 'root', user: 'bench' }

/** A sender as Telegram numbers them; `group` keeps the allowed, the pending and the strangers apart. */
export function senderId(group: 1 | 2 | 3, index: number): SenderId {
  return String(group * 1_000_000_000 + index) as SenderId
}

/** A direct message; `key` is the platform's id of it. */
export function message(sender: SenderId, key: string): InboundDm {
  // Not `...address`: Node makes slow objects of that, and the gate would be blamed for it.
  return {
    channel: address.channel,
    account: address.account,
    kind: 'dm',
    senderId: sender,
    aliases: [],
    replyTo: sender,
    messageKey: key,
    sentAt: now,
    meta: { username: 'someone' },
    text: 'hello',
  }
}

/** Makes a state directory with `config` in it, lends it to `work`, and removes it. */
export async function stateFor<R>(
  config: Readonly<Record<string, unknown>>,
  work: (env: Env) => Promise<R>,
): Promise<R> {
  mkdirSync(resultsFolder, { recursive: true })
  const folder = mkdtempSync(join(resultsFolder, 'state-'))
  try {
    const env = { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' }
    mkdirSync(env.OPENCLAW_STATE_DIR, { mode: 0o700 })
    writeFileSync(join(env.OPENCLAW_STATE_DIR, 'openclaw.json'), JSON.stringify(config), {
      mode: 0o600,
    })
    return await work(env)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A state directory with `population` in it. */
export function stateWith<R>(population: Population, work: (env: Env) => Promise<R>): Promise<R> {
  const config = { channels: { telegram: { botToken: '1:bench', dmPolicy: 'pairing' } } }
  return stateFor(config, async (env) => {
    await populate(population, env)
    return work(env)
  })
}

/** The same, with the pairing opened on it. */
export function pairingWith<R>(
  population: Population,
  work: (pairing: NodePairing, env: Env) => Promise<R>,
): Promise<R> {
  return stateWith(population, async (env) => {
    const pairing = await openPairing({ env })
    try {
      return await work(pairing, env)
    } finally {
      await pairing.close()
    }
  })
}

async function populate({ allowed, pending }: Population, env: Env): Promise<void> {
  const pairing = await openPairing({ env })
  try {
    for (let from = 0; from < allowed; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, allowed - from)
      const batch = Array.from({ length: count }, (_, at) => senderId(1, from + at))
      await Promise.all(
        batch.map((id) => pairing.people.allow(owner, { ...address, senderId: id })),
      )
    }
    for (let at = 0; at < pending; at += 1) {
      const { outcome } = await pairing.gate(message(senderId(2, at), `ask-${String(at)}`))
      if (outcome !== 'challenge') throw new Error(`expected a challenge, got ${outcome}`)
    }
  } finally {
    await pairing.close()
  }
}
