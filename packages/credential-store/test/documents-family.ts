import type {
  Collection,
  DocumentDifference,
  DocumentRefusal,
  Json,
  JsonObject,
  RecoverableFamily,
  Transaction,
} from '@openclaw/pairing-contracts'
import { OpenClawError } from '@openclaw/pairing-contracts'

class WrongShape extends OpenClawError {
  override readonly name = 'WrongShape'
  override readonly code = 'ERR_TEST_SHAPE'
}

const plain = (name: string): Collection<JsonObject> => ({
  name,
  decode: (value) => value as JsonObject,
  encode: (value) => value,
})

/** Who may write; key `<channel>/<account>/<sender>`. */
export const allowed = plain('test.allowed')
/** Who may not any more, until the owner says so. */
export const revoked = plain('test.revoked')
/** Who asked. */
export const requests = plain('test.requests')

const allowName = /^([a-z][a-z0-9]*)(?:-([a-z0-9][a-z0-9_-]*))?-allowFrom\.json$/
const askName = /^([a-z][a-z0-9]*)-pairing\.json$/

const scopeOf = (fileName: string): string => {
  const [, channel = '', account = 'default'] =
    allowName.exec(fileName) ?? askName.exec(fileName) ?? []
  return `${channel}/${account}/`
}

const lastOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** `<channel>-allowFrom.json`, as a small but honest family. */
export const allowFamily: RecoverableFamily = {
  name: 'test.allow-from',
  folder: 'credentials',
  collections: [allowed.name],
  owns: (fileName) => allowName.test(fileName),
  documentsOf: ({ key }) => {
    const [channel = '', account = ''] = key.split('/')
    return [
      account === 'default' ? `${channel}-allowFrom.json` : `${channel}-${account}-allowFrom.json`,
    ]
  },
  sourcesOf: (fileName) => [{ collection: allowed.name, prefix: scopeOf(fileName) }],
  encode: (_fileName, records, previous) => {
    if (records.length === 0 && previous === undefined) return undefined
    const before = listOf(previous, 'allowFrom').filter((id) => typeof id === 'string')
    const ids = records.map(({ key }) => lastOf(key))
    const kept = before.filter((id) => ids.includes(id))
    return {
      ...(previous as JsonObject | undefined),
      version: 1,
      allowFrom: [...kept, ...ids.filter((id) => !kept.includes(id))],
    }
  },
  check: (_fileName, json) => {
    for (const id of checkedList(json, 'allowFrom')) {
      if (typeof id !== 'string' || id === '') throw new WrongShape('$.allowFrom: expected ids')
    }
  },
  reconcile: async (tx, { name, before, after }) => {
    const scope = scopeOf(name.fileName)
    const was = listOf(before, 'allowFrom').map(String)
    const is = listOf(after, 'allowFrom').map(String)
    const refusals: DocumentRefusal[] = []
    for (const id of is.filter((one) => !was.includes(one))) {
      const refusal = await letIn(tx, scope, id)
      if (refusal) refusals.push(refusal)
    }
    for (const id of was.filter((one) => !is.includes(one))) {
      if ((await tx.get(allowed, scope + id)) === undefined) continue
      tx.remove(allowed, scope + id)
      tx.put(revoked, scope + id, { outside: true })
    }
    return refusals
  },
  recover: async (tx, { name, before, after, isDoubtful }) => {
    const scope = scopeOf(name.fileName)
    const was = listOf(before, 'allowFrom').map(String)
    const is = listOf(after, 'allowFrom').map(String)
    for (const id of new Set([...was, ...is])) {
      if (was.includes(id) === is.includes(id) || !isDoubtful(allowed.name, scope + id)) continue
      tx.remove(allowed, scope + id)
      tx.put(revoked, scope + id, { repair: true })
    }
  },
}

/** `<channel>-pairing.json` of the account `default`. */
export const askFamily: RecoverableFamily = {
  name: 'test.pairing',
  folder: 'credentials',
  collections: [requests.name],
  owns: (fileName) => askName.test(fileName),
  documentsOf: ({ key }) => [`${key.split('/')[0] ?? ''}-pairing.json`],
  sourcesOf: (fileName) => [{ collection: requests.name, prefix: scopeOf(fileName) }],
  encode: (_fileName, records, previous) => {
    if (records.length === 0 && previous === undefined) return undefined
    const before = listOf(previous, 'requests') as JsonObject[]
    const shown = records.map(({ key, value }) => ({
      ...before.find(({ id }) => id === lastOf(key)),
      ...(value as JsonObject),
      id: lastOf(key),
    }))
    return { ...(previous as JsonObject | undefined), version: 1, requests: shown }
  },
  check: (_fileName, json) => {
    for (const request of checkedList(json, 'requests')) {
      const { id, code } = (request ?? {}) as JsonObject
      if (typeof id !== 'string' || typeof code !== 'string') {
        throw new WrongShape('$.requests: expected id and code')
      }
    }
  },
  reconcile: reconcileRequests,
  recover: async () => undefined,
}

/** The family that grants comes first. */
export const families: readonly RecoverableFamily[] = [allowFamily, askFamily]

async function letIn(
  tx: Transaction,
  scope: string,
  id: string,
): Promise<DocumentRefusal | undefined> {
  if ((await tx.get(revoked, scope + id)) !== undefined) {
    return { subject: id, why: 'was revoked', fix: `openclaw pairing allow test ${id}` }
  }
  if ((await tx.get(allowed, scope + id)) === undefined)
    tx.put(allowed, scope + id, { by: 'outside' })
  return undefined
}

async function reconcileRequests(
  tx: Transaction,
  { name, before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  const scope = scopeOf(name.fileName)
  const was = listOf(before, 'requests') as JsonObject[]
  const is = listOf(after, 'requests') as JsonObject[]
  for (const request of is) {
    const id = String(request['id'])
    const known = await tx.get(requests, scope + id)
    if (known === undefined && !was.some((one) => one['id'] === id))
      tx.put(requests, scope + id, request)
  }
  for (const { id } of was) {
    if (is.some((one) => one['id'] === id)) continue
    if ((await tx.get(requests, scope + String(id))) !== undefined)
      tx.remove(requests, scope + String(id))
  }
  return []
}

function checkedList(json: Json, member: string): readonly Json[] {
  const list = typeof json === 'object' && json !== null ? (json as JsonObject)[member] : undefined
  if (!Array.isArray(list)) throw new WrongShape(`$.${member}: expected a list`)
  return list as readonly Json[]
}

function listOf(json: Json | undefined, member: string): readonly Json[] {
  return json === undefined ? [] : checkedList(json, member)
}
