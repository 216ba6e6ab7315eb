import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import { type Env, owner } from '../state.ts'
import { type BenchDevice, client, commandsOf, connectFrame, keyOf, newDevice } from './device.ts'

/** Requests that may wait in all; less than that many are made at once. */
export const MAX_PENDING = 500
const AT_ONCE = 250

type DevicePairing = Awaited<ReturnType<NodePairing['devices']>>['pairing']

/** Pairs new devices on a state directory, as an owner would, until each has its token. */
export async function pairedDevices(
  env: Env,
  { nodes, operators }: { readonly nodes: number; readonly operators: number },
): Promise<readonly BenchDevice[]> {
  const count = nodes + operators
  const opened = await openPairing({ env })
  try {
    const { pairing } = await opened.devices()
    const devices: BenchDevice[] = []
    while (devices.length < count) {
      const from = devices.length
      const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) =>
        newDevice(from + at, from + at < nodes ? 'node' : 'operator'),
      )
      devices.push(...(await Promise.all(batch.map((each) => paired(pairing, each)))))
    }
    return devices
  } finally {
    await opened.close()
  }
}

async function paired(pairing: DevicePairing, device: BenchDevice): Promise<BenchDevice> {
  const arrival = arrivalOf(pairing, device)
  const asked = await pairing.arrive({ ...arrival, mayAsk: { by: 'shared-secret' } })
  if (asked.outcome !== 'waiting') throw new Error(`expected waiting, got ${asked.outcome}`)
  const { outcome } = await pairing.approve(owner, asked.request.requestId)
  if (outcome !== 'approved') throw new Error(`expected approved, got ${outcome}`)
  const admitted = await pairing.arrive({ ...arrival, mayAsk: { by: 'nothing' } })
  const token = admitted.outcome === 'admitted' ? admitted.token?.token : undefined
  if (token === undefined) throw new Error(`expected a token, got ${admitted.outcome}`)
  return { ...device, token }
}

function arrivalOf(pairing: DevicePairing, device: BenchDevice) {
  const challenge = { nonce: 'bench', ts: Date.now() }
  const { params } = connectFrame(device, keyOf(device), challenge)
  const proven = pairing.prove(
    {
      ...params.device,
      deviceId: device.deviceId,
      role: params.role,
      scopes: [],
      commands: commandsOf(device),
      description: { clientId: client.id, clientMode: client.mode, ...client },
      signedSecret: '',
    },
    challenge.nonce,
  )
  if ('fault' in proven) throw new Error(`the bench signs wrongly: ${proven.fault}`)
  return { device: proven, deviceToken: undefined, address: device.address, local: false }
}
