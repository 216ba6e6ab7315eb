import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type HelloOk,
  type SetupCodeReason,
  setupCodeRefused,
  wireError,
} from '@openclaw/pairing-protocol'
import {
  type GatewayClient,
  type GatewayPlace,
  GatewayRefused,
  GatewayUnreachable,
} from '@openclaw/pairing-protocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FailedError, NotFoundError, RefusedError, UsageError } from '../src/errors.ts'
import { conduct, type Join, type Told } from '../src/join/conduct.ts'
import type { JoinPage } from '../src/join/page.ts'
import { refusedError } from '../src/join/refused.ts'
import type { JoinSetting } from '../src/join/setting.ts'
import { which } from '../src/join/which.ts'

const errors = { FailedError, NotFoundError, RefusedError, UsageError }

describe('what a gateway says of a setup code', () => {
  const exits: Readonly<Record<SetupCodeReason, number>> = {
    'setup-code-unknown': 3,
    'setup-code-expired': 3,
    'setup-code-used': 3,
    'setup-code-withdrawn': 4,
    'setup-code-bound-to-another-device': 4,
    'setup-code-for-nodes-only': 4,
  }
  const said = Object.entries(exits).map(([reason, exitCode]) => {
    const error = new GatewayRefused(setupCodeRefused(reason as SetupCodeReason))
    return { reason, exitCode, found: refusedError(error, errors, 'd1') }
  })

  it.each(said)('$reason ends with $exitCode, and a way on', ({ reason, exitCode, found }) => {
    const detail = reason === 'setup-code-for-nodes-only' ? 'AUTH_BOOTSTRAP_TOKEN_INVALID' : reason
    expect(found).toMatchObject({ exitCode, hint: expect.any(String), detail: { reason: detail } })
  })

  it('has words of its own for each', () => {
    expect(new Set(said.map(({ found }) => found?.message)).size).toBe(said.length)
  })

  it('is told of older gateways too, and nothing of theirs reaches the terminal raw', () => {
    const old = { code: 'INVALID_REQUEST', message: 'unauthorized\u001b[31m' }
    expect(refusedError(new GatewayRefused(old), errors, 'd1')).toMatchObject({ exitCode: 4 })
    const odd = { code: 'INVALID_REQUEST', message: 'no\u001b[31m\nway' }
    expect(refusedError(new GatewayRefused(odd), errors, 'd1')?.message).not.toMatch(/[\u001b\n]/)
    expect(refusedError(new Error('no refusal'), errors, 'd1')).toBeUndefined()
  })
})

describe('where programs lie', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'which-'))
    await writeFile(join(folder, 'tool'), '#!/bin/sh\n')
    await chmod(join(folder, 'tool'), 0o755)
    await writeFile(join(folder, 'text'), '')
    await mkdir(join(folder, 'folder'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const ask = async (bins: unknown) =>
    which(`/nowhere:${folder}:`)({ bins } as never, undefined as never)

  it('is told of programs alone', async () => {
    const bins = ['tool', 'text', 'folder', 'none', 'tool']
    expect(await ask(bins)).toEqual({ bins: { tool: join(folder, 'tool') } })
    expect(await which(undefined)({ bins: ['sh'] }, undefined as never)).toEqual({ bins: {} })
  })

  it.each([
    [['../tool']],
    [['/bin/sh']],
    [['']],
    [['-x']],
    [['a b']],
    [[7]],
    [Array.from({ length: 65 }, (_, at) => `p${String(at)}`)],
    ['tool'],
  ])('is not told for %j', async (bins) => {
    await expect(ask(bins)).rejects.toMatchObject({ reason: 'INVALID_PARAMS' })
  })
})

describe('a join', () => {
  const url = 'ws://127.0.0.1:1'

  /** Leads a client that the test plays; answers what the page was told. */
  function played(more: Partial<JoinSetting> & Partial<Pick<Join, 'isFirst' | 'isKnown'>> = {}) {
    const { isFirst = true, isKnown = false } = more
    let now = 0
    const said: unknown[] = []
    const say = (what: string) => (about?: unknown) => void said.push([what, about])
    const page: JoinPage = {
      joining: say('joining'),
      notReached: say('not-reached'),
      later: say('later'),
      waiting: say('waiting'),
      connected: say('connected'),
      lost: say('lost'),
      notKept: say('not-kept'),
      ended: say('ended'),
      rest: () => {},
    }
    const setting = { now: () => now, errors, isOnce: false, ...more } as JoinSetting
    const saved: GatewayPlace[] = []
    const save = async (place: GatewayPlace) => void saved.push(place)
    const kept = { load: async () => undefined, save }
    let told: Told | undefined
    const client = { stopped: new Promise(() => {}), close: async () => {} }
    const about = { setting, page, kept, place: { url }, deviceId: 'd1', isKnown, isFirst }
    const over = conduct(about, (given) => {
      told = given
      return client as unknown as GatewayClient
    })
    const waits = (problem: GatewayRefused | GatewayUnreachable, delayMs = 1_000) =>
      told?.onStatus({ state: 'waiting', url, delayMs, problem })
    const hello = { server: { version: '1' } } as unknown as HelloOk
    const getsIn = () => told?.onStatus({ state: 'ready', url, hello })
    return { over, said, saved, waits, getsIn, pass: (ms: number) => (now += ms) }
  }

  it('gives up after a minute where nobody ever answered', async () => {
    const { over, said, saved, waits, pass } = played()
    const problem = new GatewayUnreachable('ECONNREFUSED')
    waits(problem)
    pass(59_000)
    waits(problem)
    expect(said).toHaveLength(1)
    pass(2_000)
    waits(problem)
    await expect(over).rejects.toBe(problem)
    expect(saved).toEqual([])
  })

  it('looks on for ever where the gateway answered once, or is that of before', async () => {
    const first = played()
    first.waits(new GatewayRefused(wireError('PAIRING_REQUIRED')))
    const again = played({ isFirst: false })
    for (const { waits, pass } of [first, again]) {
      pass(600_000)
      waits(new GatewayUnreachable('ECONNREFUSED'))
    }
    expect(await Promise.race([first.over, again.over, 'goes on'])).toBe('goes on')
    expect(first.saved).toEqual([{ url }])
    expect(again.saved).toEqual([])
  })

  it('keeps the way of before until another gateway has let it in', () => {
    const { saved, waits, getsIn } = played({ isKnown: true })
    waits(new GatewayRefused(wireError('PAIRING_REQUIRED')))
    expect(saved).toEqual([])
    getsIn()
    getsIn()
    expect(saved).toEqual([{ url }])
  })

  it.each(['PAIRING_REJECTED', 'PAIRING_LIST_FULL', 'AUTH_RATE_LIMITED'] as const)(
    'keeps no way to a gateway that only said %s',
    (code) => {
      const { saved, waits, over } = played()
      over.catch(() => {})
      waits(new GatewayRefused(wireError(code, { retryAfterMs: 5_000 })))
      expect(saved).toEqual([])
    },
  )

  it('waits where the list is full or secrets are guessed, and says so once', () => {
    const { said, waits } = played()
    for (const code of ['PAIRING_LIST_FULL', 'AUTH_RATE_LIMITED'] as const) {
      const refused = new GatewayRefused(wireError(code, { retryAfterMs: 5_000 }))
      waits(refused, 5_000)
      waits(refused, 5_000)
    }
    expect(said).toEqual([
      ['later', 'PAIRING_LIST_FULL'],
      ['later', 'AUTH_RATE_LIMITED'],
    ])
  })
})
