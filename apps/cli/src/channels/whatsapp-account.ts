import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoginOptions } from '@openclaw/channel-whatsapp/web'
import { heirOf } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import type { AccountId, ChannelName, EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { text } from '../args/values.ts'
import { readConfig } from '../config.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { parseAccount, placeWords } from '../people/places.ts'
import { warn, warnConfig } from '../people/warnings.ts'

const WHATSAPP = 'whatsapp' as ChannelName

/** An account of WhatsApp that is, or can be, linked as a device. */
export interface LinkedPlace {
  readonly account: AccountId
  /** Where its session is kept. */
  readonly folder: string
  readonly stateDir: string
  readonly webSocketUrl: string | undefined
  /** Whether strangers are told a code; `unconfigured`: no gateway connects this account as it is. */
  readonly answers: 'code' | 'silent' | 'unconfigured'
  /** The account as a command line names it. */
  readonly words: string
}

/**
 * The account that is meant.
 *
 * @throws `ERR_CLI_USAGE` for a channel that is not linked like this, `ERR_CLI_NOT_A_DEVICE` for a business number
 */
export async function linkedPlace(call: Call): Promise<LinkedPlace> {
  const named = channelOf(call)
  if (!/^(?:whatsapp|wa)$/i.test(named)) {
    throw new UsageError(`${named} is not linked with a code`, {
      hint: 'only WhatsApp is: openclaw channels login whatsapp; other channels have a token in the configuration',
    })
  }
  const account = parseAccount(text(call, 'account')) ?? ('default' as AccountId)
  const config = await readConfig(call)
  warnConfig(call, config)
  return placeIn(config, account)
}

/** As a word, or as OpenClaw 2026.2 writes it. */
function channelOf(call: Call): string {
  const [word] = call.words
  const option = text(call, 'channel')
  if (word !== undefined && option !== undefined && word !== option)
    throw new UsageError('the channel is named twice: leave --channel out')
  return word ?? option ?? WHATSAPP
}

function placeIn({ paths, whatsapp }: Config, account: AccountId): LinkedPlace {
  const found = whatsapp.find((each) => each.account === account)
  if (found?.transport === 'cloud') {
    throw new RefusedError(
      'ERR_CLI_NOT_A_DEVICE',
      'this account is a business number behind the Cloud API, which is not linked as a device',
      { hint: 'its keys stand in `channels.whatsapp.cloud`: openclaw doctor' },
    )
  }
  return {
    account,
    folder: found?.authDir ?? join(paths.credentialsDir, WHATSAPP, account),
    stateDir: paths.stateDir,
    webSocketUrl: found?.webSocketUrl,
    answers: found?.enabled === true ? found.policy.replyMode : 'unconfigured',
    words: placeWords({ channel: WHATSAPP, account }),
  }
}

/**
 * What linking works with; the library is loaded here.
 *
 * @throws when the library is not installed, with the command that does
 */
export async function loginOptions(call: Call, place: LinkedPlace): Promise<LoginOptions> {
  const { loadLibrary, nodeSession } = await import('../whatsapp-app.ts')
  const program = fileURLToPath(import.meta.url)
  return {
    account: place.account,
    library: await loadLibrary({ stateDir: place.stateDir, program }),
    session: nodeSession(place.folder, heirOf),
    clock: { now: () => call.world.now() as EpochMs },
    log: (level, event, { reason }) => {
      if (level !== 'error') return
      warn(call, { problem: `${event}: ${String(reason)}`, fix: 'openclaw doctor' })
    },
    ...(place.webSocketUrl !== undefined && { webSocketUrl: place.webSocketUrl }),
  }
}

/** The session belongs to whoever runs the account. */
export function inUse({ folder }: LinkedPlace): RefusedError {
  return new RefusedError(
    'ERR_CLI_SESSION_IN_USE',
    `another process uses the session in ${folder}: a gateway that is connected with it, or another login`,
    { hint: 'stop the gateway (Ctrl-C where it runs), and try again' },
  )
}

/** The library keeps timers of up to half a minute after its work is done. */
export function endSoon(): void {
  setTimeout(() => process.exit(), 100).unref()
}
