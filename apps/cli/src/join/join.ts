import { join } from 'node:path'
import { fingerprintWords } from '@openclaw/device-pairing'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { readSetupCode } from '@openclaw/pairing-protocol'
import {
  authOfSetup,
  type ClientAuth,
  connectNode,
  fileTokenCache,
  type GatewayPlace,
  loadIdentity,
  type PlaceFile,
  placeFile,
  placeOfSetup,
} from '@openclaw/pairing-protocol/client'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { keyFolder } from '../remote/key-folder.ts'
import { codeGiven } from './code.ts'
import { conduct } from './conduct.ts'
import { faultError, troubleError } from './faults.ts'
import { joinPage } from './page.ts'
import type { JoinSetting } from './setting.ts'
import { which } from './which.ts'

/** Where to, and what to ask with. */
interface Way {
  readonly place: GatewayPlace
  /** Absent where the key is to suffice. */
  readonly auth: ClientAuth | undefined
  /** What was kept of before. */
  readonly before: Before
}

interface Before {
  readonly isKnown: boolean
  /** What this computer called itself. */
  readonly displayName: string | undefined
}

/**
 * Joins a gateway as a node and stays connected until a signal comes.
 *
 * What is kept lies in `node/` of the state directory, for its owner alone: the key, where the gateway is, and the token
 * of a gateway that asks for one; never the secret of the code.
 *
 * @throws errors of the command line
 */
export async function joinGateway(setting: JoinSetting): Promise<ExitCode> {
  try {
    const folder = await keyFolder(setting.stateDir, 'node')
    const kept = placeFile(join(folder, 'gateway.json'))
    const way = await wayOf(setting, kept)
    const identity = await loadIdentity(join(folder, 'device.json'))
    const { deviceId } = identity
    const displayName = setting.name ?? way.before.displayName ?? setting.hostName
    const place = { ...way.place, displayName }
    const page = joinPage(setting)
    const fingerprint = fingerprintWords(deviceId)
    const urls = [place.url, ...(place.urls ?? [])]
    const by = way.auth === undefined ? 'key' : 'setup-code'
    page.joining({ urls, name: displayName, deviceId, fingerprint, by })
    const tokens = fileTokenCache(join(folder, 'device-auth.json'), deviceId)
    // What need not be kept cannot be stolen.
    const kind = place.credential === 'key' ? {} : { tokens }
    const client = { displayName, version: setting.version, mode: 'node', id: 'node-host' }
    const { isKnown } = way.before
    const about = { setting, page, kept, place, deviceId, isKnown, isFirst: by === 'setup-code' }
    await conduct(about, (told) =>
      connectNode({
        ...place,
        ...told,
        ...(way.auth === undefined ? {} : { auth: way.auth }),
        ...{ identity, ...kind, client },
        caps: ['system'],
        commands: { 'system.which': which(setting.env['PATH']) },
      }),
    )
    return EXIT.done
  } catch (problem) {
    throw troubleError(problem, setting.errors)
  }
}

async function wayOf(setting: JoinSetting, kept: PlaceFile): Promise<Way> {
  const hasCode = setting.words.length > 0
  const known = await kept.load().catch((problem: unknown) => {
    if (!hasCode || !isOpenClawError(problem)) throw problem
    return 'unreadable' as const
  })
  const before = {
    isKnown: known !== undefined,
    displayName: typeof known === 'object' ? known.displayName : undefined,
  }
  const code = await codeGiven(setting, known !== undefined)
  if (code === undefined && typeof known === 'object')
    return { place: known, auth: undefined, before }
  const reading = readSetupCode(code ?? '')
  if (!reading.ok) throw faultError(reading.fault, setting.errors)
  const { payload, holds } = reading
  // Both members: a gateway of ours made it.
  const isOurs = holds === 'setup-secret' && payload.token !== undefined
  const place = { ...placeOfSetup(payload), ...(isOurs ? { credential: 'key' as const } : {}) }
  return { place, auth: authOfSetup(reading), before }
}
