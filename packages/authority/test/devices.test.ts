import type { Actor } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Action,
  type Ask,
  type DeviceSubject,
  decide,
  includesScope,
  missingScopes,
} from '../src/index.ts'
import vectors from './device-vectors.json' with { type: 'json' }

interface Case {
  readonly case: string
  readonly actor: Actor
  readonly device?: DeviceSubject
  readonly shown?: boolean
  readonly verdicts: string
}

const actions = vectors.actions as Action[]
const cases = vectors.cases as readonly Case[]
const legend: Readonly<Record<string, string>> = vectors.legend

function outcome(ask: Ask): string {
  const verdict = decide(ask)
  return verdict.allowed ? 'allowed' : verdict.code
}

describe('the golden table of devices', () => {
  it('has every kind of actor', () => {
    const kinds = new Set(cases.map(({ actor }) => actor.kind))
    expect(kinds.size).toBe(8)
    for (const { verdicts } of cases) expect(verdicts).toHaveLength(actions.length)
  })

  it.each(cases)('$case', ({ actor, device, shown, verdicts }) => {
    const about = { ...(device && { device }), ...(shown && { shown }) }
    const got = actions.map((action) => [action, outcome({ actor, action, ...about })])
    expect(got).toEqual(actions.map((action, index) => [action, legend[verdicts.charAt(index)]]))
  })

  it('names devices, not people, in what to do', () => {
    const actor: Actor = { kind: 'device', deviceId: 'd1', role: 'node' }
    for (const action of actions) {
      const verdict = decide({ actor, action })
      if (!verdict.allowed) expect(verdict.fix).not.toContain('pairing list')
    }
  })
})

const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.pairing',
  'operator.approvals',
  'operator.admin',
  'root',
  '*',
  'operator',
]
const scopes = fc.subarray(SCOPES)

describe('scopes', () => {
  it('include themselves; admin includes every operator scope, write includes read, and nothing else does', () => {
    fc.assert(
      fc.property(scopes, fc.constantFrom(...SCOPES), (held, scope) => {
        const expected =
          held.includes(scope) ||
          (scope.startsWith('operator.') && held.includes('operator.admin')) ||
          (scope === 'operator.read' && held.includes('operator.write'))
        expect(includesScope(held, scope)).toBe(expected)
        expect(missingScopes(held, [scope])).toEqual(expected ? [] : [scope])
      }),
    )
  })

  it('of an operator bound what it gives, whatever it asks about', () => {
    const commands = fc.subarray(['system.run', 'camera.snap'])
    fc.assert(
      fc.property(scopes, scopes, commands, fc.boolean(), (held, given, offered, shown) => {
        const actor: Actor = { kind: 'operator', deviceId: 'op', scopes: held }
        const device = { deviceId: 'd1', role: 'operator', scopes: given, commands: offered }
        for (const action of ['device.approve', 'device.rotate'] as const) {
          if (!decide({ actor, action, device, shown }).allowed) continue
          expect(missingScopes(held, given)).toEqual([])
          expect(includesScope(held, 'operator.pairing')).toBe(true)
          if (offered.length > 0) expect(includesScope(held, 'operator.write')).toBe(true)
          if (action === 'device.approve') expect(shown).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
