import { join } from 'node:path'
import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { HelloOk, MethodName, ParamsOf, ResultOf } from '@openclaw/pairing-protocol'
import {
  type ClientAuth,
  type ClientOptions,
  connectOperator,
  type DeviceIdentity,
  fileTokenCache,
  loadIdentity,
  type OperatorClient,
  type TokenCache,
} from '@openclaw/pairing-protocol/client'
import { keyFolder } from './key-folder.ts'

/** A gateway elsewhere, and who speaks to it. */
export interface RemotePlace {
  readonly url: string
  /** The gateway's secret; shown only where the key of this computer does not suffice. */
  readonly auth: ClientAuth | undefined
  readonly tlsFingerprint: string | undefined
  /** How long it may take to connect, and for each answer, in ms. */
  readonly timeoutMs: number
  /** Where `identity/device.json` and `identity/device-auth.json` are. */
  readonly stateDir: string
  readonly version: string
  readonly displayName: string
}

/** A connection to a gateway. Rejections are errors of `@openclaw/pairing-protocol/client`. */
export interface RemoteGateway {
  readonly deviceId: string
  /** What holds on this connection; `undefined` where the gateway does not say. */
  readonly scopes: readonly string[] | undefined
  /** Names of methods that the gateway offers. */
  readonly methods: readonly string[]
  readonly ask: <M extends MethodName>(
    method: M,
    params: ParamsOf<M>,
    timeoutMs?: number,
  ) => Promise<ResultOf<M>>
  readonly close: () => Promise<void>
}

/** What came of connecting. `deviceId` is that of this computer, where it has come to that. */
export type Opened =
  | { readonly outcome: 'open'; readonly gateway: RemoteGateway }
  | {
      readonly outcome: 'refused'
      readonly problem: unknown
      readonly deviceId: string | undefined
    }

interface Knock {
  readonly place: RemotePlace
  readonly identity: DeviceIdentity
  readonly tokens: TokenCache
  readonly scopes: readonly string[]
}

/**
 * Connects to a gateway as an operator with the key of this computer, which is made where there is none.
 *
 * A token of before that covers less than is needed gives way to the gateway's secret, which may ask for more.
 */
export async function openRemoteGateway(
  place: RemotePlace,
  scopes: readonly string[],
  covers: (held: readonly string[]) => boolean,
): Promise<Opened> {
  let deviceId: string | undefined
  try {
    const folder = await keyFolder(place.stateDir, 'identity')
    const identity = await loadIdentity(join(folder, 'device.json'))
    deviceId = identity.deviceId
    const tokens = fileTokenCache(join(folder, 'device-auth.json'), deviceId)
    const knock = { place, identity, tokens, scopes }
    const gateway = await open(knock)
    const { scopes: held } = gateway
    if (place.auth === undefined || held === undefined || covers(held)) {
      return { outcome: 'open', gateway }
    }
    await gateway.close()
    return {
      outcome: 'open',
      gateway: await open({ ...knock, tokens: { ...tokens, load: async () => undefined } }),
    }
  } catch (problem) {
    return { outcome: 'refused', problem, deviceId }
  }
}

async function open(knock: Knock): Promise<RemoteGateway> {
  const { timeoutMs } = knock.place
  let giveUp = (_: OpenClawError): void => {}
  const hopeless = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  const client = connectOperator({
    ...optionsOf(knock),
    onStatus: (status) => {
      if (status.state === 'waiting' && !isTriedOtherwise(status.problem)) giveUp(status.problem)
    },
  })
  try {
    const hello = await Promise.race([client.ready({ timeoutMs }), hopeless])
    return gatewayOf(client, hello, timeoutMs)
  } catch (error) {
    await client.close()
    throw error
  }
}

function optionsOf({ place, identity, tokens, scopes }: Knock): ClientOptions {
  const { url, auth, tlsFingerprint, version, displayName } = place
  const options = {
    url,
    identity,
    tokens,
    scopes,
    client: { id: 'cli', mode: 'cli', version, displayName },
  }
  return {
    ...options,
    ...(auth === undefined ? {} : { auth }),
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
  }
}

const OTHER_CREDENTIAL: ReadonlySet<string> = new Set(['drop-device-token', 'fix-credentials'])

/** The next try shows something else: the secret instead of a token of before, or the other kind of signature. */
function isTriedOtherwise(problem: OpenClawError): boolean {
  const { advice, detailCode } = problem as {
    readonly advice?: { readonly action: string }
    readonly detailCode?: string
  }
  return (
    OTHER_CREDENTIAL.has(advice?.action ?? '') || detailCode === 'DEVICE_AUTH_SIGNATURE_INVALID'
  )
}

function gatewayOf(client: OperatorClient, hello: HelloOk, timeoutMs: number): RemoteGateway {
  return {
    deviceId: client.deviceId,
    scopes: hello.auth?.scopes,
    methods: hello.features.methods,
    ask: (method, params, longer = timeoutMs) =>
      // One implementation for all methods: the client checks what each answers.
      client.request(method as string, params as never, { timeoutMs: longer }) as Promise<never>,
    close: client.close,
  }
}
