import { describe, expect, it } from 'vitest'
import { chatWorld, texts } from './chat.ts'
import { ANN } from './support.ts'

describe('/pair', () => {
  it('says what to do, then the code alone, to be copied', async () => {
    const { ask, inbound, secrets } = chatWorld()
    const replies = (await ask(inbound('1001', '/pair'))) ?? []
    expect(replies).toHaveLength(2)
    const [first, second] = replies
    expect(first?.text).toMatch(/Settings → Gateway[\s\S]*\/pair approve[\s\S]*10 minutes/)
    expect(first?.text).toContain('wss://gateway.example')
    expect(first?.text).toContain('this is a warning')
    expect(first?.copyable).toBe('/pair approve')
    expect(second).toEqual({ text: second?.copyable, copyable: second?.text })
    const payload = JSON.parse(Buffer.from(second?.text ?? '', 'base64url').toString())
    expect(payload.bootstrapToken).toBe(secrets[0])
    expect(first?.text).not.toContain(secrets[0])
  })

  it('makes a code that lets one node ask, and the next one ends it', async () => {
    const { say, arrive, secrets } = chatWorld()
    await say('1001', '/pair')
    expect(await arrive({ setup: secrets[0] ?? '' })).toMatchObject({ outcome: 'waiting' })
    expect(await arrive({ name: 'Other', setup: secrets[0] ?? '' })).toMatchObject({
      outcome: 'may-not-ask',
    })
    await say('1001', '/pair')
    await say('1001', '/pair')
    expect(await arrive({ name: 'Other', setup: secrets[1] ?? '' })).toMatchObject({
      outcome: 'may-not-ask',
    })
    expect(await arrive({ name: 'Other', setup: secrets[2] ?? '' })).toMatchObject({
      outcome: 'waiting',
    })
  })

  it.each(['/pair@my_bot', '/PAIR', ' /Pair@my_bot\n', '/pair'])('is read as %j', async (text) => {
    const { say, secrets } = chatWorld()
    expect(await say('1001', text)).toHaveLength(2)
    expect(secrets).toHaveLength(1)
  })

  it.each(['/pairing', 'pair', 'please /pair', '/start', '', '/ pair', '/pair_x', '//pair'])(
    '%j is for the agent',
    async (text) => {
      const { ask, inbound } = chatWorld()
      expect(await ask(inbound('1001', text))).toBeUndefined()
    },
  )

  it.each(['/pair help', '/pair nonsense', '/pair -h', `/pair approve ${'x'.repeat(5_000)}`])(
    '%j is answered with help',
    async (text) => {
      const { say, secrets } = chatWorld()
      expect((await say('1001', text)).join()).toMatch(/\/pair qr[\s\S]*\/pair cancel/)
      expect(secrets).toEqual([])
    },
  )

  it('says why there is no code, and what mends it', async () => {
    const { say, withoutCodes } = chatWorld()
    withoutCodes({ problem: 'no address for devices', fixes: ['one way', 'another way'] })
    expect(await say('1001', '/pair')).toEqual([
      'No code can be made yet: no address for devices\n- one way\n- another way',
    ])
  })

  it('is bounded when it is sent again and again', async () => {
    const { ask, inbound, clock, secrets, written } = chatWorld()
    for (let count = 0; count < 50; count += 1) await ask(inbound('1001', '/pair'))
    expect(secrets).toHaveLength(5)
    const before = await written()
    expect(texts(await ask(inbound('1001', '/pair qr')))[0]).toContain('Wait a minute')
    expect(await written()).toBe(before)
    expect(await ask(inbound('1002', '/pair'))).toHaveLength(2)
    clock.advance(60_001)
    expect(await ask(inbound('1001', '/pair'))).toHaveLength(2)
  })
})

describe('who may', () => {
  it('is nobody but owners, whatever they write after it', async () => {
    const { say, secrets, waits, isIn, written } = chatWorld()
    const id = await waits()
    const before = await written()
    for (const words of ['', ' qr', ' approve', ` approve ${id}`, ' status', ' cancel', ' help'])
      expect(await say('2002', `/pair${words}`)).toEqual(['This command is not available.'])
    expect(secrets).toEqual([])
    expect(await isIn('Kitchen')).toBe(false)
    expect(await written()).toBe(before)
  })

  it('is asked each time: an owner who was removed between look and approval approves nothing', async () => {
    const { say, owners, waits, isIn } = chatWorld()
    await waits()
    await say('1001', '/pair approve')
    owners.delete('1001')
    expect(await say('1001', '/pair approve')).toEqual(['This command is not available.'])
    expect(await isIn('Kitchen')).toBe(false)
  })

  it('is told by any id that the event proves', async () => {
    const { ask, inbound } = chatWorld()
    const message = inbound('uuid-of-ann', '/pair', { aliases: ['1001' as never] })
    expect(await ask(message)).toHaveLength(2)
  })

  it('is none while another id of theirs is blocked', async () => {
    const { ask, inbound, blocked } = chatWorld()
    blocked.add('uuid-of-ann')
    const message = inbound('uuid-of-ann', '/pair', { aliases: ['1001' as never] })
    expect(await ask(message)).toEqual([{ text: 'This command is not available.' }])
  })

  it('is whoever wrote it, not whoever passed it on', async () => {
    const { say, waits, isIn, secrets } = chatWorld()
    await waits()
    await say('1001', '/pair approve')
    const forwarded = { passedOn: true } as const
    expect((await say('1001', '/pair approve', forwarded)).join()).toContain('forwarded')
    await say('1001', '/pair', forwarded)
    expect(await isIn('Kitchen')).toBe(false)
    expect(secrets).toEqual([])
    expect(await say('2002', '/pair', forwarded)).toEqual(['This command is not available.'])
  })
})

describe('/pair approve', () => {
  it('says that nobody waits', async () => {
    const { say } = chatWorld()
    expect((await say('1001', '/pair approve')).join()).toContain('No device waits')
  })

  it('shows first, and approves exactly that', async () => {
    const { ask, inbound, say, waits, isIn } = chatWorld()
    await waits({ commands: ['camera.snap', 'location.get'] })
    const [shown] = (await ask(inbound('1001', '/pair approve'))) ?? []
    expect(shown?.text).toContain('“Kitchen”')
    expect(shown?.preformatted).toContain('Commands: camera.snap, location.get')
    expect(shown?.text).toContain(shown?.preformatted)
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(false)
    const [done] = await say('1001', '/pair approve')
    expect(done).toContain('Approved: “Kitchen”')
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('counts nothing as shown that was not sent', async () => {
    const { ask, inbound, isIn, waits, clock } = chatWorld()
    await waits()
    for (let count = 0; count < 3; count += 1) {
      clock.advance(5_000)
      await ask(inbound('1001', '/pair approve'))
    }
    expect(await isIn('Kitchen')).toBe(false)
  })

  it('takes nothing from a message that is older than what was shown', async () => {
    const { say, ask, inbound, isIn, waits, clock } = chatWorld()
    await waits()
    const early = inbound('1001', '/pair approve')
    clock.advance(5_000)
    await say('1001', '/pair approve')
    expect(texts(await ask(early))[0]).toContain('before you were shown')
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('takes nothing from a message that had waited while it was shown', async () => {
    const { say, ask, inbound, isIn, waits, clock } = chatWorld()
    await waits()
    const receivedAt = clock.now()
    await say('1001', '/pair approve')
    const twice = inbound('1001', '/pair approve', { receivedAt })
    expect(texts(await ask(twice))[0]).toContain('before you were shown')
    expect(await isIn('Kitchen')).toBe(false)
    clock.advance(1)
    const later = inbound('1001', '/pair approve', { receivedAt: clock.now() })
    expect(texts(await ask(later))[0]).toContain('Approved')
  })

  it('by an id that was not shown here shows it first', async () => {
    const { say, waits, isIn } = chatWorld()
    const id = await waits()
    expect((await say('1001', `/pair approve ${id}`)).join()).toContain('Name: “Kitchen”')
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', `/pair approve ${id.toUpperCase()}`)
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('does not take what another owner was shown', async () => {
    const { say, waits, isIn } = chatWorld()
    await waits()
    await say('1001', '/pair approve')
    expect((await say('1002', '/pair approve')).join()).toContain('This device waits')
    expect(await isIn('Kitchen')).toBe(false)
  })

  it('that has changed shows what changed, and approves nothing', async () => {
    const { say, arrive, waits, isIn } = chatWorld()
    const id = await waits()
    await say('1001', `/pair approve ${id}`)
    await arrive({ commands: ['camera.snap', 'system.run'] })
    const after = await waits({ commands: ['camera.snap', 'system.run'] })
    const [told] = await say('1001', `/pair approve ${id}`)
    expect(told).toMatch(/system\.run/)
    expect(told).not.toContain('Approved')
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', `/pair approve ${after}`)
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('that stands otherwise than it was shown tells what differs', async () => {
    const { say, devices, waits, isIn } = chatWorld()
    await waits()
    await say('1001', '/pair approve')
    const other = await waits({ role: 'operator', scopes: ['operator.read'] })
    await devices.approve({ kind: 'root', user: 'x' }, other)
    const [told] = await say('1001', '/pair approve')
    expect(told).toMatch(/Nothing was approved[\s\S]*- what it had before[\s\S]*Has now: operator/)
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('of several lists them with numbers, and takes a number', async () => {
    const { say, waits, isIn } = chatWorld()
    await waits()
    await waits({ name: 'Hall' })
    await waits({ name: 'Cellar' })
    const [list] = await say('1001', '/pair approve')
    expect(list).toMatch(/3 devices wait[\s\S]*1\.\nName: “Kitchen”[\s\S]*2\.\nName: “Hall”/)
    expect(await say('1001', '/pair approve')).toHaveLength(1)
    expect(await isIn('Hall')).toBe(false)
    expect((await say('1001', '/pair approve 2')).join()).toContain('Approved: “Hall”')
    expect(await isIn('Hall')).toBe(true)
    expect(await isIn('Kitchen')).toBe(false)
    expect(await say('1001', '/pair approve 2')).toEqual(['“Hall” was approved already, by you.'])
    expect((await say('1001', '/pair approve'))[0]).toMatch(
      /^2 devices wait. Each keeps its number here:\n\n1\.[\s\S]*\n\n3\./,
    )
    expect((await say('1001', '/pair approve 9')).join()).toContain('No request has this number')
  })

  it('names who approved it before, where that was somebody else', async () => {
    const { say, devices, waits } = chatWorld()
    const id = await waits()
    await devices.approve({ kind: 'root', user: 'x' }, id)
    expect((await say('1001', `/pair approve ${id}`)).join()).toBe(
      "“Kitchen” was approved already, by you at this machine's terminal (x).",
    )
  })

  it('without a name means what was shown last, and alone', async () => {
    const { say, devices, waits, isIn } = chatWorld()
    const first = await waits()
    await say('1001', `/pair approve ${first}`)
    const second = await waits({ name: 'Hall' })
    await say('1001', `/pair approve ${second}`)
    await devices.reject({ kind: 'root', user: 'x' }, second)
    expect((await say('1001', '/pair approve')).join()).toContain('This device waits')
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('does not approve what is left of a list without its number', async () => {
    const { say, devices, waits, isIn } = chatWorld()
    const first = await waits()
    await waits({ name: 'Hall' })
    await say('1001', '/pair approve')
    await devices.reject({ kind: 'root', user: 'x' }, first)
    expect((await say('1001', '/pair approve')).join()).toContain('This device waits')
    expect(await isIn('Hall')).toBe(false)
  })

  it('by two owners at once is done once', async () => {
    const { say, waits, isIn } = chatWorld()
    await waits()
    await say('1001', '/pair approve')
    await say('1002', '/pair approve')
    const answers = await Promise.all([say('1001', '/pair approve'), say('1002', '/pair approve')])
    const joined = answers.flat().join('\n')
    expect(joined.match(/Approved: /g)).toHaveLength(1)
    expect(joined).toMatch(
      /“Kitchen” was approved already, by owner 100[12] on telegram|No device waits/,
    )
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('tells what became of a request that is over', async () => {
    const { say, clock, devices, waits } = chatWorld()
    const id = await waits()
    await devices.reject({ kind: 'root', user: 'x' }, id)
    expect((await say('1001', `/pair approve ${id}`)).join()).toContain('was rejected')
    const late = await waits({ name: 'Hall' })
    await say('1001', `/pair approve ${late}`)
    clock.advance(300_001)
    expect((await say('1001', `/pair approve ${late}`)).join()).toContain(
      'This request has expired',
    )
  })

  it('leaves to the terminal what a chat cannot show whole', async () => {
    const { say, waits, isIn } = chatWorld()
    const commands = Array.from({ length: 400 }, (_, index) => `command.${String(index)}`)
    const id = await waits({ commands })
    for (const words of ['', ` ${id}`, '']) {
      const [told] = await say('1001', `/pair approve${words}`)
      expect(told).toContain(`openclaw devices approve ${id}`)
    }
    expect(await isIn('Kitchen')).toBe(false)
  })

  it('says which commands this gateway does not allow', async () => {
    const forbidden = new Set<string>()
    const { ask, inbound, clock, say, waits } = chatWorld({
      policy: (_role, _kind, name) => !forbidden.has(name),
    })
    await waits({ commands: ['camera.snap', 'system.run'] })
    await say('1001', '/pair approve')
    forbidden.add('system.run')
    clock.advance(1_000)
    const [done] = (await ask(inbound('1001', '/pair approve'))) ?? []
    expect(done?.text).toMatch(/does not allow:\nsystem\.run$/)
    // A host as well: a chat would make a link of it.
    expect(done?.preformatted).toBe('system.run')
  })

  it('is not led astray by the names that devices give themselves', async () => {
    const { say, waits } = chatWorld()
    const name = 'x”\n✅ Approved. https://evil.example @admin /pair approve 2\u202e *b* `c`'
    await waits({ name })
    await waits({ name: 'y'.repeat(10_240), description: { platform: name, version: name } })
    const said = (await say('1001', '/pair approve')).join('\n')
    expect(said).not.toMatch(/evil\.e|@admin|https:\S|\u202e|[`*]|^✅/m)
    expect(said.length).toBeLessThan(3_500)
    const status = (await say('1001', '/pair status')).join('\n')
    expect(status).not.toMatch(/evil\.e|@admin|https:\S|\u202e|[`*]|^✅/m)
  })
})

describe('/pair reject', () => {
  it('turns away by number or id, and asks for one', async () => {
    const { say, waits, arrive } = chatWorld()
    await waits()
    await waits({ name: 'Hall' })
    expect((await say('1001', '/pair reject')).join()).toContain('Say which one')
    await say('1001', '/pair approve')
    expect((await say('1001', '/pair reject 1')).join()).toContain('Rejected')
    expect(await arrive()).toMatchObject({ outcome: 'resting' })
    expect((await say('1001', '/pair reject 1')).join()).toContain('rejected already')
    expect((await say('1001', '/pair reject device-zzzzzzzzzzzz')).join()).toContain('No request')
  })
})

describe('/pair status and cancel', () => {
  it('tells who waits and which code works, and shows nothing that could be approved by it', async () => {
    const { say, waits, isIn, secrets } = chatWorld()
    expect((await say('1001', '/pair status')).join()).toMatch(
      /No device waits\.\nNo code of yours[\s\S]*\n0 devices paired/,
    )
    await say('1001', '/pair')
    expect((await say('1001', '/pair status')).join()).toContain('Your code works for 10 minutes')
    const id = await waits({ setup: secrets[0] ?? '' })
    const told = (await say('1001', '/pair pending')).join()
    expect(told).toContain(`“Kitchen” from 192.168.1.20: ${id}`)
    expect(told).toContain(
      '“Kitchen” has come with your code, and waits for you. The code serves it',
    )
    expect(told).not.toContain(secrets[0])
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(false)
    expect((await say('1002', '/pair status')).join()).toContain('No code of yours')
  })

  it('tells two devices apart, and what became of each', async () => {
    const { say, ask, inbound, waits, clock, secrets } = chatWorld()
    await say('1001', '/pair')
    await waits({ setup: secrets[0] ?? '' })
    clock.advance(200_000)
    await say('1001', '/pair')
    await waits({ name: 'Hall', setup: secrets[1] ?? '' })
    const [both] = (await ask(inbound('1001', '/pair status'))) ?? []
    expect(both?.text).toMatch(/“Hall” has come.*waits for you[\s\S]*“Kitchen” has come.*waits/)
    expect(both?.preformatted).toMatch(
      /^- “Kitchen” from 192.168.1.20: \S+\n- “Hall” from \S+ \S+$/,
    )
    expect(both?.text).toContain(both?.preformatted)
    clock.advance(150_000)
    expect((await say('1001', '/pair status')).join()).toMatch(
      /The device [0-9a-f]{12} has come with your code, and does not wait[^\n]*for another device send \/pair/,
    )
  })

  it('ends the code of whoever asks, and of nobody else', async () => {
    const { say, arrive, secrets } = chatWorld()
    await say('1001', '/pair')
    await say('1002', '/pair')
    expect((await say('1001', '/pair cancel')).join()).toContain('works no more')
    expect(await arrive({ setup: secrets[0] ?? '' })).toMatchObject({ outcome: 'may-not-ask' })
    expect(await arrive({ setup: secrets[1] ?? '' })).toMatchObject({ outcome: 'waiting' })
    expect((await say('1001', '/pair cancel')).join()).toContain('none to cancel')
    expect((await say('1002', '/pair cancel')).join()).toBe(
      'The code works no more. “Kitchen”, which has come with it, waits until you decide: /pair status',
    )
  })
})

describe('/pair cancel', () => {
  it('says of a device that came and does not wait that it needs another code', async () => {
    const { say, waits, clock, secrets } = chatWorld()
    await say('1001', '/pair')
    await waits({ setup: secrets[0] ?? '' })
    clock.advance(310_000)
    const [told] = await say('1001', '/pair cancel')
    expect(told).toBe(
      'The code works no more. The device that had come with it does not wait, and needs a new one: /pair',
    )
  })
})

describe('a command that was interrupted', () => {
  it.each(['', ' qr', ' approve', ' approve 1', ' reject 1', ' cancel'])(
    '%j is not done again; how things stand is told',
    async (words) => {
      const { ask, inbound, say, waits, isIn, secrets } = chatWorld()
      await waits()
      await say('1001', '/pair approve')
      const told = texts(await ask(inbound('1001', `/pair${words}`), 'interrupted')).join('\n')
      expect(told).toMatch(/restarted[\s\S]*1 device waiting/)
      expect(await isIn('Kitchen')).toBe(false)
      expect(secrets).toEqual([])
    },
  )

  it('is done again where it changes nothing, and is no message for the agent', async () => {
    const { ask, inbound } = chatWorld()
    expect(texts(await ask(inbound('1001', '/pair status'), 'interrupted'))).toHaveLength(1)
    expect(texts(await ask(inbound('1001', '/pair help'), 'interrupted'))).toHaveLength(1)
    expect(await ask(inbound('1001', 'hello'), 'interrupted')).toBeUndefined()
  })
})

describe('a group', () => {
  const group = (groupId: string, name = 'pair') =>
    ({
      ...{ kind: 'group', channel: 'telegram', account: 'default', senderId: '1001', groupId },
      command: { name, replyTo: groupId, messageKey: '1' },
    }) as never

  it('is refused once a minute, the owner as well, and nothing else is said', () => {
    const { commands, clock } = chatWorld()
    const refused = { text: 'This command is not available here.' }
    expect(commands.answerInGroup(group('-1'))).toEqual(refused)
    expect(commands.answerInGroup(group('-1'))).toBeUndefined()
    expect(commands.answerInGroup(group('-2'))).toEqual(refused)
    expect(commands.answerInGroup(group('-3', 'start'))).toBeUndefined()
    clock.advance(60_000)
    expect(commands.answerInGroup(group('-1'))).toEqual(refused)
  })

  it('one of a thousand others is told nothing until a minute is over', () => {
    const { commands, clock } = chatWorld()
    for (let id = 0; id < 1_000; id += 1) commands.answerInGroup(group(`-${String(id)}`))
    expect(commands.answerInGroup(group('-5000'))).toBeUndefined()
    clock.advance(60_000)
    expect(commands.answerInGroup(group('-5000'))).toBeDefined()
  })
})

describe('what is shown by others', () => {
  it('again takes nothing from an answer to what was shown before', async () => {
    const { say, devices, shown, waits, isIn, clock } = chatWorld()
    const id = await waits()
    await say('1001', `/pair approve ${id}`)
    const other = await waits({ name: 'Hall' })
    await say('1001', `/pair approve ${other}`)
    await devices.reject({ kind: 'root', user: 'x' }, other)
    const receivedAt = clock.now()
    clock.advance(5_000)
    const found = await devices.find(ANN, id)
    if (found.outcome !== 'waiting') throw new Error('not there')
    await shown.remember(ANN, [found.request])
    await say('1001', '/pair approve', { receivedAt })
    expect(await isIn('Kitchen')).toBe(false)
    await say('1001', '/pair approve 1', { receivedAt })
    expect(await isIn('Kitchen')).toBe(true)
  })

  it('counts as shown in that chat', async () => {
    const { say, devices, shown, waits, isIn, clock } = chatWorld()
    const id = await waits()
    const found = await devices.find(ANN, id)
    if (found.outcome !== 'waiting') throw new Error('not there')
    await shown.remember(ANN, [found.request])
    clock.advance(1_000)
    await say('1001', '/pair approve')
    expect(await isIn('Kitchen')).toBe(true)
  })
})
