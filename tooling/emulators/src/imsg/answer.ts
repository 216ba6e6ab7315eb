import type { Child } from './children.ts'
import type { ImsgFaultEffect, ImsgFaults } from './faults.ts'
import type { ImsgMessage } from './people.ts'
import { failed, outcomeOf, type RpcRequest, type RpcWorld } from './rpc.ts'
import type { ImsgCall, ImsgChild, ImsgPermission, ImsgSent } from './types.ts'

/** Everything that an emulator knows. */
export interface World extends RpcWorld {
  readonly sent: ImsgSent[]
  readonly calls: ImsgCall[]
  readonly denied: Set<ImsgPermission>
  readonly unregistered: Set<string>
  readonly faults: ImsgFaults
  readonly started: ImsgChild[]
  /** Those that run, and the numbers of what they watch. */
  readonly running: Map<Child, Set<number>>
  readonly switches: { paused: boolean; frozen: boolean; deaf: boolean; subscription: number }
}

/** Writes one JSON-RPC message. */
export const put = (child: Child, message: object): void =>
  child.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

/** Tells of a row. */
export const notify = (child: Child, subscription: number, message: ImsgMessage): void =>
  put(child, { method: 'message', params: { subscription, message } })

/** A child was started. */
export function start({ started, running, switches }: World, child: Child): void {
  const { pid, name, args, env } = child
  started.push({ pid, name, args, env })
  if (switches.deaf) child.deafen()
  if (switches.paused) {
    child.complain('imsg: cannot start\n')
    child.exit(1)
  } else running.set(child, new Set())
}

/** A child was given a line. */
export function hear(world: World, child: Child, line: string): void {
  if (!world.running.has(child) || world.switches.frozen) return
  const request = requestOf(line)
  if (request === undefined) {
    put(child, { id: null, ...failed(-32_700, 'Parse error') })
    return
  }
  world.calls.push({ method: request.method, params: request.params })
  answer(world, { child, request }, world.faults.take(request.method))
}

function requestOf(line: string): RpcRequest | undefined {
  try {
    const { id, method, params = {} } = JSON.parse(line) as Partial<RpcRequest>
    return typeof method === 'string' ? { id, method, params } : undefined
  } catch {
    return undefined
  }
}

interface Exchange {
  readonly child: Child
  readonly request: RpcRequest
}

function answer(world: World, exchange: Exchange, effect: ImsgFaultEffect | undefined): void {
  const { child, request } = exchange
  switch (effect?.kind) {
    case 'error':
      put(child, { id: request.id, ...failed(effect.code, effect.message, effect.data) })
      return
    case 'text':
      child.write(`${effect.text}\n`)
      return
    case 'slow':
      setTimeout(() => carryOut(world, exchange), effect.ms)
      return
    case 'hang':
    case 'exit':
      if (effect.when === 'after') outcomeOf(world, request, () => 0)
      if (effect.kind === 'exit') child.exit(effect.code)
      return
    default:
      carryOut(world, exchange)
  }
}

function carryOut(world: World, { child, request }: Exchange): void {
  const watched = world.running.get(child)
  if (watched === undefined || world.switches.frozen) return
  let since: number | undefined
  const subscribe = (after: number): number => {
    since = after
    world.switches.subscription += 1
    return world.switches.subscription
  }
  const outcome = outcomeOf(world, request, subscribe)
  put(child, { id: request.id, ...outcome })
  if (request.method === 'watch.unsubscribe') watched.delete(Number(request.params['subscription']))
  if (since !== undefined) watch(world, { child, watched, since })
}

interface Watching {
  readonly child: Child
  readonly watched: Set<number>
  readonly since: number
}

/** 0 begins with what comes next, -1 with the first row of all. */
function watch({ database: rows, switches }: World, { child, watched, since }: Watching): void {
  const { subscription } = switches
  watched.add(subscription)
  if (since === 0) return
  for (const row of rows.rows()) if (Number(row['id']) > since) notify(child, subscription, row)
}
