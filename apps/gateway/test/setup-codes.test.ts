import { SETUP_UNBOUND_MS } from '@openclaw/device-pairing'
import { createIdentity, GatewayRefused } from '@openclaw/pairing-protocol/client'
import { describe, expect, it, vi } from 'vitest'
import { approve, node, tokenOf } from './devices-support.ts'
import { owner, type Place, place, ROOT, start, until } from './support.ts'

/** A setup code as the owner's command makes it, beside whatever gateway runs. */
async function code(here: Place) {
  const { setup } = (await owner(here)).devices().pairing
  const made = await setup.create(ROOT)
  if (made.outcome !== 'created') throw new Error(made.outcome)
  const { setupId } = made.setup
  const state = async () => {
    const codes = await setup.list(ROOT)
    return 'outcome' in codes ? undefined : codes.find((each) => each.setupId === setupId)?.state
  }
  return { setup, setupId, secret: made.secret, state }
}

/** What a node without a pairing is refused with. */
async function refusalOf(url: string, bootstrapToken: string) {
  const { client, asked } = node({ url, bootstrapToken })
  const problem = await client.stopped
  expect(asked).toEqual([])
  expect(problem).toBeInstanceOf(GatewayRefused)
  return problem as GatewayRefused
}

describe('a node with a setup code', () => {
  it('asks, waits, is in once the owner approved, and the code is worthless', async () => {
    const here = place()
    const gateway = await start(here)
    const { secret, setupId, state } = await code(here)
    const phone = node({ url: gateway.url, bootstrapToken: secret })
    await until(() => phone.asked.length > 0)
    const lists = await gateway.pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({
      waiting: [{ askedBy: 'setup-code', setupId, role: 'node', scopes: [] }],
    })
    expect(await state()).toBe('bound')
    expect(await approve(here, phone.asked[0]?.requestId)).toBe('approved')
    await phone.client.ready({ timeoutMs: 10_000 })
    expect(await state()).toBe('used')
    expect(await refusalOf(gateway.url, secret)).toMatchObject({
      detailCode: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
      reason: 'setup-code-used',
    })
    const again = node({ url: gateway.url, identity: phone.identity })
    await again.client.ready({ timeoutMs: 10_000 })
    expect(gateway.raw.join('')).not.toContain(secret)
  })

  it('shows it where older apps have a place for secrets, and is in as well', async () => {
    const here = place()
    const { url } = await start(here)
    const { secret, state } = await code(here)
    const phone = node({ url, token: secret })
    await until(() => phone.asked.length > 0)
    expect(await approve(here, phone.asked[0]?.requestId)).toBe('approved')
    await phone.client.ready({ timeoutMs: 10_000 })
    expect(await state()).toBe('used')
  })

  it('is let ask nothing while setup codes are switched off, from the moment that is written', async () => {
    const here = place({})
    const gateway = await start(here)
    const { secret, setupId, state } = await code(here)
    const written = (enabled: boolean) =>
      here.configure({ plugins: { entries: { 'device-pair': { enabled } } } })
    written(false)
    await until(() => !gateway.pairing.config().devicePair.enabled)
    expect((await refusalOf(gateway.url, secret)).reason).toBe('setup-code-unknown')
    expect(await state()).toBe('unbound')
    const lists = await gateway.pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({ waiting: [], devices: [] })
    expect(gateway.lines).toContainEqual(expect.objectContaining({ event: 'setup-codes-off' }))
    written(true)
    await until(() => gateway.pairing.config().devicePair.enabled)
    const phone = node({ url: gateway.url, bootstrapToken: secret })
    await until(() => phone.asked.length > 0)
    const now = await gateway.pairing.devices().pairing.list(ROOT)
    expect(now).toMatchObject({ waiting: [{ setupId }] })
  })

  it('is told whose it is, that it expired or was withdrawn, or that it is none', async () => {
    const here = place()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - SETUP_UNBOUND_MS })
    const expired = await code(here)
    vi.useRealTimers()
    const gateway = await start(here)
    const [bound, withdrawn] = [await code(here), await code(here)]
    const phone = node({ url: gateway.url, bootstrapToken: bound.secret })
    await until(() => phone.asked.length > 0)
    await withdrawn.setup.withdraw(ROOT, withdrawn.setupId)
    for (const [secret, reason] of [
      [bound.secret, 'setup-code-bound-to-another-device'],
      [withdrawn.secret, 'setup-code-withdrawn'],
      [expired.secret, 'setup-code-expired'],
      [bound.secret.slice(0, -3), 'setup-code-unknown'],
    ] as const) {
      expect((await refusalOf(gateway.url, secret)).reason).toBe(reason)
    }
    const lists = await gateway.pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({ waiting: [{ deviceId: phone.identity.deviceId }], devices: [] })
    expect(await expired.state()).toBe('expired')
    const told = gateway.lines.filter(({ code }) => code === 'AUTH_BOOTSTRAP_TOKEN_INVALID')
    expect(told).toContainEqual(expect.objectContaining({ setup: 'bound' }))
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    for (const outcome of ['bound', 'withdrawn', 'expired', 'unknown']) {
      expect(text).toContain(`openclaw_setup_codes_shown_total{outcome="${outcome}"} 1`)
    }
    expect(text).toMatch(/openclaw_setup_codes_shown_total\{outcome="redeemed"\} [1-9]/)
    for (const state of ['bound', 'withdrawn', 'expired']) {
      expect(text).toContain(`openclaw_setup_codes{state="${state}"} 1`)
    }
  })

  it('hears of a rejection as one', async () => {
    const here = place()
    const gateway = await start(here)
    const { secret } = await code(here)
    const phone = node({ url: gateway.url, bootstrapToken: secret })
    await until(() => phone.asked.length > 0)
    const { pairing } = (await owner(here)).devices()
    await pairing.reject(ROOT, phone.asked[0]?.requestId ?? '')
    await until(() => gateway.lines.some(({ code }) => code === 'PAIRING_REJECTED'))
  })

  it('wins alone, of ten that come at once', async () => {
    const here = place()
    const gateway = await start(here)
    const { secret } = await code(here)
    const crowd = Array.from({ length: 10 }, () =>
      node({ url: gateway.url, bootstrapToken: secret }),
    )
    const others = crowd.map(({ client }) => client.stopped)
    await until(() => crowd.filter(({ asked }) => asked.length > 0).length === 1)
    const first = crowd.findIndex(({ asked }) => asked.length > 0)
    const refused = await Promise.all(others.filter((_, index) => index !== first))
    for (const problem of refused) {
      expect((problem as GatewayRefused).reason).toBe('setup-code-bound-to-another-device')
    }
    const lists = await gateway.pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({ waiting: [{ deviceId: crowd[first]?.identity.deviceId }] })
    expect(crowd.filter(({ asked }) => asked.length > 0)).toHaveLength(1)
  })

  it('may come after the gateway was restarted, and again after the next time', async () => {
    const here = place()
    const first = await start(here)
    const { secret } = await code(here)
    await first.stop()
    const second = await start(here)
    const identity = createIdentity()
    const phone = node({ url: second.url, identity, bootstrapToken: secret })
    await until(() => phone.asked.length > 0)
    await phone.client.close()
    await second.stop()
    const { url } = await start(here)
    const again = node({ url, identity, bootstrapToken: secret })
    await until(() => again.asked.length > 0)
    expect(again.asked[0]?.requestId).toBe(phone.asked[0]?.requestId)
    expect((await refusalOf(url, secret)).reason).toBe('setup-code-bound-to-another-device')
  })

  it('does not lock its address out with an old code', async () => {
    const here = place()
    const { url } = await start(here)
    const old = await code(here)
    await old.setup.withdraw(ROOT, old.setupId)
    for (let time = 0; time < 12; time += 1) await refusalOf(url, old.secret)
    const { secret } = await code(here)
    const phone = node({ url, bootstrapToken: secret })
    await until(() => phone.asked.length > 0)
    const other = node({ url, token: tokenOf(here) })
    await until(() => other.asked.length > 0)
  })
})
