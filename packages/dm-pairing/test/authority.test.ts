import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as everything from '../src/index.ts'
import { world } from './world.ts'

describe('no way round the gate', () => {
  it('the door has no method that hands out something to match senders against', () => {
    expect(Object.keys(world().dm).sort()).toEqual([
      'addOwner',
      'allow',
      'allowed',
      'approve',
      'block',
      'claimNotice',
      'digestOf',
      'dueNotices',
      'find',
      'gate',
      'housekeeping',
      'isOwner',
      'list',
      'owners',
      'reject',
      'release',
      'removeOwner',
      'revoke',
      'settleNotice',
      'turnedAway',
      'unblock',
      'why',
    ])
    expect(Object.keys(everything)).not.toContain('SENDERS')
  })

  it('a gated message is made in one place', () => {
    const source = new URL('../src/', import.meta.url)
    const files = readdirSync(source, { recursive: true }).map(String)
    const makers = files.filter(
      (file) =>
        file.endsWith('.ts') &&
        readFileSync(new URL(file, source), 'utf8').includes('as GatedMessage'),
    )
    expect(makers).toEqual(['gate.ts'])
  })
})
