import { includesScope } from '@openclaw/pairing-authority'
import type { Actor } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Admission,
  type AdmittedDevice,
  afterApproval,
  type DeviceRole,
  type KnownDevice,
  SETUP_UNBOUND_MS,
  type SetupState,
} from '../src/index.ts'
import {
  arrival,
  keyOf,
  MINUTE,
  OWNER,
  PAGE,
  ROOT,
  SECOND,
  stored,
  type World,
  world,
} from './world.ts'

const HOUR = 60 * MINUTE
const NAMES = ['a', 'b'] as const
const ROLES: readonly DeviceRole[] = ['node', 'operator']
const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.pairing',
  'operator.approvals',
  'operator.admin',
]
/** Nobody gets these: the policy of this world forbids them. */
const FORBIDDEN = { scope: 'operator.talk.secrets', command: 'sms.send' }
const COMMANDS = ['system.run', 'camera.snap', 'screen.record', FORBIDDEN.command]

interface Extent {
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
}

/** One role of one device, as the rules say it, as simple as they can be told. */
interface Role {
  /** Everything that was ever asked with something that lets ask, since the role was last closed. */
  asked: Extent
  /** Everything that an approver who may gave, since the role was last closed. */
  given: Extent
  state: 'never' | 'open' | 'revoked' | 'removed'
}

/** One setup code, as the rules say it. */
interface Code {
  readonly secret: string
  /** Whose it is, where a newer one takes its place. */
  readonly owner: string | undefined
  expiresAt: number
  boundTo?: string
  ended?: 'used' | 'withdrawn'
}

interface Model {
  readonly roles: Map<string, Role>
  readonly codes: Map<string, Code>
}

function codeState({ ended, expiresAt, boundTo }: Code, now: number): SetupState {
  if (ended !== undefined) return ended
  if (now >= expiresAt) return 'expired'
  return boundTo === undefined ? 'unbound' : 'bound'
}

/** A decision about a device as a node ends the codes that serve it. */
function spend({ codes }: Model, { here }: Real, deviceId: string): void {
  for (const code of codes.values()) {
    const isBound = codeState(code, here.clock.now()) === 'bound'
    if (isBound && code.boundTo === deviceId) code.ended = 'used'
  }
}

interface Real {
  readonly here: World
  /** Live connections, and what of their grant was so when they were admitted. */
  readonly live: { readonly key: string; readonly device: AdmittedDevice }[]
  /** The last token that each device was handed. */
  readonly tokens: Map<string, string>
  /** Local nodes are approved by themselves. */
  readonly standingOrder: boolean
  /** Policy lets nodes have scopes, which a setup code gives nobody all the same. */
  readonly nodeScopes: boolean
  /** Digests that were shown, by request. */
  readonly shown: Map<string, string>
}

const NONE: Extent = { scopes: [], commands: [] }
const keyFor = (name: string, role: string) => `${keyOf(name).deviceId}/${role}`

function roleOf(model: Model, key: string): Role {
  const role = model.roles.get(key) ?? { asked: NONE, given: NONE, state: 'never' }
  model.roles.set(key, role)
  return role
}

function both(a: Extent, b: Extent): Extent {
  return {
    scopes: [...new Set([...a.scopes, ...b.scopes])],
    commands: [...new Set([...a.commands, ...b.commands])],
  }
}

function isWithin(part: Extent, whole: Extent): boolean {
  return (
    part.scopes.every((scope) => includesScope(whole.scopes, scope)) &&
    part.commands.every((command) => whole.commands.includes(command))
  )
}

/** What an approver may give away at most. */
function ownOf(actor: Actor): Extent {
  if (actor.kind !== 'operator') return { scopes: SCOPES, commands: COMMANDS }
  const uses = includesScope(actor.scopes, 'operator.write')
  return { scopes: actor.scopes, commands: uses ? COMMANDS : [] }
}

type Step = fc.AsyncCommand<Model, Real>

function step(name: string, run: Step['run']): Step {
  return { check: () => true, run, toString: () => name }
}

interface Connect {
  readonly name: string
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  readonly mayAsk: 'shared-secret' | 'setup-code' | 'nothing'
  /** Which of the codes that were made; whoever connects may name any. */
  readonly code: number
  readonly token: 'own' | 'of another' | 'none'
  readonly platform: string
  readonly local: boolean
}

function tokenFor(real: Real, { name, role, token }: Connect): string | undefined {
  if (token === 'none') return undefined
  const own = keyFor(name, role)
  if (token === 'own') return real.tokens.get(own)
  return [...real.tokens].find(([key]) => key !== own)?.[1]
}

const connect = (call: Connect): Step =>
  step(`connect ${JSON.stringify(call)}`, async (model, real) => {
    const { name, role, scopes, commands, mayAsk, platform, local } = call
    const setupId = [...model.codes.keys()][call.code] ?? 'setup-000000000000'
    const code = mayAsk === 'setup-code' ? model.codes.get(setupId) : undefined
    const isServed =
      code?.boundTo === keyOf(name).deviceId && codeState(code, real.here.clock.now()) === 'bound'
    const key = keyFor(name, role)
    const outcome = await real.here.door.arrive(
      arrival(name, {
        role,
        scopes,
        commands,
        local,
        description: { platform },
        deviceToken: tokenFor(real, call),
        mayAsk: mayAsk === 'setup-code' ? { by: mayAsk, setupId } : { by: mayAsk },
      }),
    )
    const known = roleOf(model, key)
    const wanted: Extent = { scopes, commands }
    if (outcome.outcome === 'waiting') {
      expect(isWithin(outcome.request, both(known.asked, wanted))).toBe(true)
      // an operator needs the secret, or a paired key that says it is another kind of machine now, and nothing more
      const metadata = outcome.reason === 'metadata-upgrade'
      expect(mayAsk !== 'nothing' || metadata).toBe(true)
      // with a setup code that serves this very key, and only what is new: what waited is not widened
      const byCode = mayAsk === 'setup-code' && !metadata
      if (byCode) {
        expect(role).toBe('node')
        if (!outcome.created) {
          expect(isWithin(outcome.request, known.asked)).toBe(true)
          // one that is over lets nobody ask, but what its own key asked with it waits on
          const isTheirs = code?.boundTo === keyOf(name).deviceId
          expect(isServed || (isTheirs && outcome.request.setupId === setupId)).toBe(true)
        } else {
          expect(isServed).toBe(true)
          expect(outcome.request).toMatchObject({ askedBy: mayAsk, setupId, scopes: [] })
          known.asked = both(known.asked, { scopes: [], commands })
        }
      } else if (mayAsk !== 'shared-secret') {
        expect(isWithin(outcome.request, both(known.asked, known.given))).toBe(true)
      } else known.asked = both(known.asked, wanted)
    }
    if (outcome.outcome !== 'admitted') return
    // the standing order: the first request of a local node without scopes, by whoever may ask
    const first = local && role === 'node' && scopes.length === 0 && mayAsk !== 'nothing'
    if (known.state === 'never' && first) {
      expect(real.standingOrder).toBe(true)
      if (mayAsk === 'setup-code') expect(isServed).toBe(true)
      spend(model, real, keyOf(name).deviceId)
      Object.assign(known, { state: 'open', asked: both(known.asked, wanted), given: wanted })
    }
    checkAdmitted(real, { key, known, wanted }, outcome)
  })

function checkAdmitted(
  real: Real,
  { key, known, wanted }: { key: string; known: Role; wanted: Extent },
  outcome: Extract<Admission, { outcome: 'admitted' }>,
): void {
  expect(known.state).toBe('open')
  expect(isWithin(outcome.device, known.given)).toBe(true)
  expect(isWithin(outcome.device, wanted)).toBe(true)
  expect(real.here.door.standing(outcome.device)).toEqual({ holds: true })
  if (outcome.presented === 'right') expect(outcome.token).toBeUndefined()
  if (outcome.token) real.tokens.set(key, outcome.token.token)
  if (outcome.asks) known.asked = both(known.asked, wanted)
  real.live.push({ key, device: outcome.device })
}

async function waitingIn({ here }: Real) {
  const lists = await here.door.list(ROOT)
  if ('outcome' in lists) throw new Error('root is denied')
  return lists
}

/** The request that a number names; sometimes none. */
async function pick(real: Real, index: number) {
  const { waiting } = await waitingIn(real)
  return waiting[index % 4]
}

const look = (index: number): Step =>
  step(`look ${String(index)}`, async (_, real) => {
    const request = await pick(real, index)
    if (request) real.shown.set(request.requestId, request.digest)
  })

interface Approval {
  readonly index: number
  readonly actor: Actor
  readonly digest: 'now' | 'before' | 'wrong' | 'none'
  readonly scopes: readonly string[] | undefined
  readonly commands: readonly string[] | undefined
}

const approve = (call: Approval): Step =>
  step(`approve ${JSON.stringify(call)}`, async (model, real) => {
    const request = await pick(real, call.index)
    if (!request) return
    const { actor } = call
    const digests = {
      now: request.digest,
      before: real.shown.get(request.requestId),
      wrong: 'x',
      none: undefined,
    }
    const digest = digests[call.digest]
    const outcome = await real.here.door.approve(actor, request.requestId, {
      ...(digest === undefined ? {} : { digest }),
      ...(call.scopes ? { scopes: call.scopes } : {}),
      ...(call.commands ? { commands: call.commands } : {}),
    })
    if (outcome.outcome !== 'approved') return
    expect(['root', 'library', 'owner', 'page', 'operator']).toContain(actor.kind)
    if (actor.kind !== 'root' && actor.kind !== 'library') {
      expect(request.digest).toBe(digest)
    }
    if (actor.kind === 'operator') {
      expect(includesScope(actor.scopes, 'operator.pairing')).toBe(true)
      expect(actor.deviceId).not.toBe(request.deviceId)
    }
    const known = roleOf(model, `${request.deviceId}/${request.role}`)
    const { scopes, commands } = call
    const chosen = { scopes: scopes ?? request.scopes, commands: commands ?? request.commands }
    expect(chosen.scopes).not.toContain(FORBIDDEN.scope)
    // of another kind of machine all is decided again, what was granted as well
    const again = request.reason === 'metadata-upgrade'
    expect(isWithin(chosen, again ? both(known.asked, known.given) : known.asked)).toBe(true)
    const after = known.state === 'open' ? both(known.given, chosen) : chosen
    known.given = again
      ? { scopes: scopes ?? after.scopes, commands: commands ?? after.commands }
      : after
    expect(isWithin(again ? known.given : chosen, ownOf(actor))).toBe(true)
    known.state = 'open'
    if (request.role === 'node') spend(model, real, request.deviceId)
    const choice = { ...(scopes ? { scopes } : {}), ...(commands ? { commands } : {}) }
    expect(outcome.device.grants.find((grant) => grant.role === request.role)).toMatchObject(
      afterApproval(request, choice),
    )
  })

const reject = (actor: Actor, index: number): Step =>
  step(`reject ${actor.kind} ${String(index)}`, async (model, real) => {
    const request = await pick(real, index)
    if (!request) return
    const outcome = await real.here.door.reject(actor, request.requestId)
    if (outcome.outcome !== 'rejected') return
    if (request.role === 'node') spend(model, real, request.deviceId)
    for (const role of ROLES) {
      const known = roleOf(model, `${request.deviceId}/${role}`)
      if (known.state === 'never') known.state = 'removed'
    }
  })

function close(model: Model, key: string, state: Role['state']): void {
  const known = roleOf(model, key)
  if (known.state !== 'open' && state === 'revoked') return
  model.roles.set(key, { asked: NONE, given: NONE, state })
}

/** What a device holds, in one role or in all. */
async function liveScopes({ door }: World, of: { deviceId: string; role?: DeviceRole }) {
  const lists = await door.list(ROOT)
  const devices = 'outcome' in lists ? [] : lists.devices
  const grants = devices.find(({ deviceId }) => deviceId === of.deviceId)?.grants ?? []
  return grants
    .filter(({ role, revokedAt }) => revokedAt === undefined && role === (of.role ?? role))
    .flatMap(({ scopes }) => scopes)
}

/** Nobody takes from another device what they have not. */
function expectNotAbove(actor: Actor, { deviceId }: { deviceId: string }, held: readonly string[]) {
  if (actor.kind !== 'operator' || actor.deviceId === deviceId) return
  expect(held.every((scope) => includesScope(actor.scopes, scope))).toBe(true)
}

const END: Readonly<Record<string, (model: Model, real: Real, call: Ending) => Promise<void>>> = {
  revoke: async (model, real, { actor, name, role }) => {
    const { here } = real
    const device = { deviceId: keyOf(name).deviceId, role }
    const before = await liveScopes(here, device)
    const outcome = await here.door.revoke(actor, device)
    if (outcome.outcome !== 'done') return
    expectNotAbove(actor, device, before)
    if (role === 'node' && outcome.changed) spend(model, real, device.deviceId)
    close(model, keyFor(name, role), 'revoked')
  },
  remove: async (model, real, { actor, name }) => {
    const { here } = real
    const { deviceId } = keyOf(name)
    const before = await liveScopes(here, { deviceId })
    const outcome = await here.door.remove(actor, deviceId)
    if (outcome.outcome !== 'done') return
    expectNotAbove(actor, { deviceId }, before)
    spend(model, real, deviceId)
    for (const role of ROLES) close(model, keyFor(name, role), 'removed')
  },
  rotate: async (model, real, { actor, name, role, scopes }) => {
    const device = { deviceId: keyOf(name).deviceId, role }
    const before = roleOf(model, keyFor(name, role))
    const outcome = await real.here.door.rotate(
      actor,
      device,
      scopes === undefined ? {} : { scopes },
    )
    if (outcome.outcome !== 'rotated') return
    expect(before.state).toBe('open')
    expect(isWithin({ scopes: outcome.scopes, commands: [] }, before.given)).toBe(true)
    const itself = 'deviceId' in actor && actor.deviceId === device.deviceId
    const atStore = actor.kind === 'root' || actor.kind === 'library'
    expect(outcome.token !== undefined).toBe(itself || atStore)
    if (actor.kind === 'operator' && !itself) {
      expect(isWithin({ scopes: outcome.scopes, commands: [] }, ownOf(actor))).toBe(true)
    }
    if (outcome.token) real.tokens.set(keyFor(name, role), outcome.token.token)
    before.given = { ...before.given, scopes: outcome.scopes }
  },
}

interface Ending {
  readonly actor: Actor
  readonly name: string
  readonly role: DeviceRole
  readonly scopes: readonly string[] | undefined
}

const end = (verb: string, call: Ending): Step =>
  step(`${verb} ${JSON.stringify(call)}`, async (model, real) => {
    const generations = new Map(
      real.live.map(({ device }) => [device, real.here.door.standing(device).holds]),
    )
    await END[verb]?.(model, real, call)
    // what does not hold never holds again
    for (const [device, held] of generations) {
      if (!held) expect(real.here.door.standing(device).holds).toBe(false)
    }
  })

const wait = (ms: number): Step =>
  step(`wait ${String(ms)}`, async (_, { here }) => {
    here.clock.advance(ms)
    await here.door.housekeeping()
  })

const MAKERS = ['root', 'library', 'owner', 'page', 'operator']

const makeCode = (actor: Actor): Step =>
  step(`make a setup code as ${actor.kind}`, async (model, { here }) => {
    const outcome = await here.door.setup.create(actor)
    if (outcome.outcome !== 'created') return
    expect(MAKERS).toContain(actor.kind)
    const owner = actor.kind === 'owner' ? actor.senderId : undefined
    const now = here.clock.now()
    for (const code of model.codes.values()) {
      const isTheirs = owner !== undefined && code.owner === owner
      if (isTheirs && codeState(code, now) === 'unbound') code.ended = 'withdrawn'
    }
    const { setup, secret } = outcome
    model.codes.set(setup.setupId, { secret, owner, expiresAt: now + SETUP_UNBOUND_MS })
  })

/** Until when a rejected key asks for nothing; 0: it does not rest. */
function restsUntil({ store }: World, deviceId: string): number {
  const rest = stored(store, 'devices.rests')[deviceId]
  return Number((rest as { readonly until?: number } | undefined)?.until ?? 0)
}

const showCode = (index: number, name: string): Step =>
  step(`${name} shows code ${String(index)}`, async (model, { here }) => {
    const [setupId, code] = [...model.codes][index] ?? []
    if (setupId === undefined || code === undefined) return
    const { deviceId } = keyOf(name)
    const now = here.clock.now()
    const state = codeState(code, now)
    const answer = await here.door.setup.redeem(code.secret, deviceId)
    if (state === 'unbound' && restsUntil(here, deviceId) > now) {
      const retryAfterMs = restsUntil(here, deviceId) - now
      expect(answer).toEqual({ outcome: 'resting', setupId, retryAfterMs })
      return
    }
    const binds = state === 'unbound' || (state === 'bound' && code.boundTo === deviceId)
    expect(answer).toEqual({ outcome: binds ? 'redeemed' : state, setupId })
    if (state === 'unbound') Object.assign(code, { boundTo: deviceId, expiresAt: now + HOUR })
  })

const withdrawCode = (index: number, actor: Actor): Step =>
  step(`withdraw code ${String(index)} as ${actor.kind}`, async (model, { here }) => {
    const [setupId, code] = [...model.codes][index] ?? []
    if (setupId === undefined || code === undefined) return
    const { outcome } = await here.door.setup.withdraw(actor, setupId)
    if (outcome !== 'withdrawn') return
    expect(MAKERS).toContain(actor.kind)
    code.ended = 'withdrawn'
  })

async function checkCodes({ codes }: Model, { here }: Real): Promise<void> {
  const listed = await here.door.setup.list(ROOT)
  if ('outcome' in listed) throw new Error('root is denied')
  expect(Object.fromEntries(listed.map(({ setupId, state }) => [setupId, state]))).toEqual(
    Object.fromEntries([...codes].map(([id, code]) => [id, codeState(code, here.clock.now())])),
  )
}

/** What must hold whatever was done. */
async function checkEverything(model: Model, real: Real): Promise<void> {
  await checkCodes(model, real)
  const { devices, waiting, maxWaiting } = await waitingIn(real)
  const out = waiting.filter(({ reason }) => reason !== 'command-upgrade')
  expect(out.length).toBeLessThanOrEqual(maxWaiting)
  expect(new Set(waiting.map(({ requestId }) => requestId)).size).toBe(waiting.length)
  for (const device of devices)
    for (const grant of device.grants) checkGrant(model, { ...real, device }, grant)
  for (const [key, known] of model.roles) {
    const [deviceId, role] = key.split('/')
    const grant = devices
      .find((device) => device.deviceId === deviceId)
      ?.grants.find((each) => each.role === role)
    expect(grant !== undefined && grant.revokedAt === undefined).toBe(known.state === 'open')
  }
  for (const { key, device } of real.live) {
    if (!real.here.door.standing(device).holds) continue
    const known = roleOf(model, key)
    expect(known.state).toBe('open')
    expect(isWithin(device, known.given)).toBe(true)
  }
}

function checkGrant(
  model: Model,
  { device, nodeScopes }: Pick<Real, 'nodeScopes'> & { readonly device: KnownDevice },
  grant: KnownDevice['grants'][number],
): void {
  if (grant.revokedAt !== undefined) return
  const known = roleOf(model, `${device.deviceId}/${grant.role}`)
  expect(known.state).toBe('open')
  expect(isWithin(grant, known.given)).toBe(true)
  expect(grant.scopes).not.toContain(FORBIDDEN.scope)
  expect(grant.commands).not.toContain(FORBIDDEN.command)
  if (grant.role === 'node' && !nodeScopes) expect(grant.scopes).toEqual([])
  if (grant.role === 'operator') expect(grant.commands).toEqual([])
}

const checked = (inner: Step): Step => ({
  ...inner,
  run: async (model, real) => {
    await inner.run(model, real)
    await checkEverything(model, real)
  },
})

const scopes = fc.subarray([...SCOPES, FORBIDDEN.scope])
const commands = fc.subarray(COMMANDS)
const name = fc.constantFrom(...NAMES)
const role = fc.constantFrom(...ROLES)
const held = fc.oneof(
  fc.constantFrom(['operator.pairing'], ['operator.admin'], ['operator.pairing', 'operator.write']),
  fc.subarray(SCOPES),
)
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.constantFrom<Actor>(ROOT, PAGE, OWNER, { kind: 'library', name: 'bot' }),
  fc
    .tuple(fc.constantFrom(...NAMES, 'outsider'), held)
    .map(([of, has]): Actor => ({ kind: 'operator', deviceId: keyOf(of).deviceId, scopes: has })),
  fc
    .tuple(name, role)
    .map(([of, as]): Actor => ({ kind: 'device', deviceId: keyOf(of).deviceId, role: as })),
  fc.constantFrom<Actor>(
    { ...OWNER, kind: 'sender' } as Actor,
    { kind: 'system', part: 'local-approval' },
    { kind: 'system', part: 'expiry' },
  ),
)
const connects = fc
  .record({
    name,
    role,
    scopes,
    commands,
    mayAsk: fc.constantFrom('shared-secret', 'setup-code', 'setup-code', 'nothing'),
    code: fc.nat(3),
    token: fc.constantFrom('own', 'of another', 'none'),
    platform: fc.constantFrom('linux', 'linux', 'linux', 'darwin'),
    local: fc.boolean(),
  })
  .map((call) => connect(call as Connect))
const approvals = fc
  .record({
    index: fc.nat(3),
    actor: fc.oneof(fc.constant(ROOT), actor, actor),
    digest: fc.constantFrom('now', 'now', 'before', 'wrong', 'none'),
    scopes: fc.option(scopes, { nil: undefined, freq: 3 }),
    commands: fc.option(commands, { nil: undefined, freq: 3 }),
  })
  .map((call) => approve(call as Approval))
const endings = fc
  .tuple(
    fc.constantFrom(...Object.keys(END)),
    fc.record({ actor, name, role, scopes: fc.option(fc.subarray(SCOPES), { nil: undefined }) }),
  )
  .map(([verb, call]) => end(verb, call))
const steps = fc.commands(
  [
    connects.map(checked),
    connects.map(checked),
    fc.nat(3).map(look).map(checked),
    approvals.map(checked),
    approvals.map(checked),
    endings.map(checked),
    fc.oneof(fc.constant(ROOT), actor).map(makeCode).map(checked),
    fc.tuple(fc.nat(3), name).map((args) => checked(showCode(...args))),
    fc.tuple(fc.nat(3), actor).map((args) => checked(withdrawCode(...args))),
    fc.tuple(actor, fc.nat(3)).map((args) => checked(reject(...args))),
    fc
      .constantFrom(SECOND, 11 * SECOND, MINUTE, 6 * MINUTE, 11 * MINUTE, HOUR)
      .map(wait)
      .map(checked),
  ],
  { maxCommands: 80, size: 'max' },
)

describe('any sequence of connects and decisions by anybody', () => {
  const numRuns = Number(process.env['MODEL_RUNS'] ?? 80)
  it('gives nobody more than was asked, the approver has, and policy allows; what ended stays ended', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.boolean(),
        fc.boolean(),
        async (all, standingOrder, nodeScopes) => {
          const here = world({
            autoApproveLocal: standingOrder ? 'nodes' : 'off',
            maxWaiting: 4,
            maxPerAddress: 4,
            policy: (as, kind, what) =>
              what !== FORBIDDEN.scope &&
              what !== FORBIDDEN.command &&
              (kind === 'scope' ? as === 'operator' || nodeScopes : as === 'node'),
          })
          const real: Real = {
            here,
            standingOrder,
            nodeScopes,
            live: [],
            tokens: new Map(),
            shown: new Map(),
          }
          await fc.asyncModelRun(
            () => ({ model: { roles: new Map(), codes: new Map() }, real }),
            all,
          )
        },
      ),
      { numRuns },
    )
  })
})
