import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isChosenEvent, JOURNAL_ACTIONS } from '@openclaw/pairing-config'
import type { SenderId } from '@openclaw/pairing-contracts'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { pairedNode, tokenOf } from './devices-support.ts'
import { eventsTo, receiver, SECRET, status } from './events-support.ts'
import { allow, approve, owner, type Place, place, ROOT, start, until } from './support.ts'
import { visitor } from './visitor.ts'

const webId = (digit: number) => `web-${String(digit).repeat(32)}` as SenderId

describe('a gateway that tells of events', () => {
  it('tells who asks, who is approved, and which device came, without a secret or a word of theirs', async () => {
    const to = await receiver()
    const here = place(eventsTo(to))
    const gateway = await start(here)
    const ann = visitor(gateway.url)
    const senderId = await ann.session()
    const { code } = await ann.say('the text of a message')
    expect(await approve(here, String(code))).toBe('approved')
    await ann.say('another text')
    const kitchen = await pairedNode(here, gateway.url)
    const { deviceId } = kitchen.identity
    const beside = await owner(here)
    const { pairing } = beside.devices()
    const rotated = await pairing.rotate(ROOT, { deviceId, role: 'node' })
    await pairing.rename(ROOT, deviceId, 'the one upstairs')
    await pairing.remove(ROOT, deviceId)
    await until(() => to.types().includes('device.remove'), 20_000)

    const of = (type: string) => to.arrived.find((one) => one.type === type)?.data
    const person = { kind: 'person', channel: 'webchat', account: 'default', senderId }
    expect(of('dm.request')).toMatchObject({
      outcome: 'asked',
      subjects: [expect.objectContaining({ ...person, outcome: 'asked' })],
    })
    expect(of('dm.approve')).toMatchObject({
      outcome: 'approved',
      actor: { kind: 'root', user: 'owner' },
      subjects: expect.arrayContaining([
        expect.objectContaining({ ...person, requestId: expect.any(String), outcome: 'approved' }),
      ]),
    })
    expect(of('device.approve')).toMatchObject({
      outcome: 'approved',
      subjects: expect.arrayContaining([
        expect.objectContaining({ kind: 'device', deviceId, role: 'node', outcome: 'approved' }),
        expect.objectContaining({ kind: 'device', deviceId, role: 'node', outcome: 'granted' }),
      ]),
    })
    expect(of('device.rename')).toMatchObject({ subjects: [{ label: 'the one upstairs' }] })
    expect(of('device.remove')).toMatchObject({ outcome: 'removed' })

    const bodies = to.arrived.map(({ body }) => body).join('\n')
    expect(rotated.outcome).toBe('rotated')
    const secrets = [
      String(code),
      'the text of a message',
      'another text',
      'Kitchen',
      SECRET,
      tokenOf(here),
      ...('token' in rotated ? [rotated.token?.token ?? 'none'] : []),
      ...secretsIn(here),
    ]
    expect(secrets.length).toBeGreaterThan(9)
    for (const secret of secrets) expect(bodies, secret).not.toContain(secret)
    expect(gateway.raw.join('')).not.toContain(SECRET)
    expect(gateway.raw.join('')).not.toContain('token-in-path')
  })

  it('tells its figures', async () => {
    const to = await receiver()
    const here = place(eventsTo(to))
    const gateway = await start(here)
    const figures = async () => (await fetch(`${gateway.url}/metrics`)).text()
    expect(await figures()).toContain('openclaw_events_total{outcome="taken"} 0')
    to.answers.push(status(503))
    await allow(here, webId(1))
    await until(async () => (await figures()).includes('openclaw_events_total{outcome="failed"} 1'))
    await until(async () => /^openclaw_events_behind 0$/m.test(await figures()))
    const text = await figures()
    expect(text).toMatch(/^openclaw_events_total\{outcome="taken"\} [1-9]/m)
    expect(text).toMatch(/^openclaw_events_failing_seconds 0$/m)
    expect(text).toMatch(/^openclaw_events_seq [1-9]/m)
  })

  it('has no such figures where nobody wants to be told', async () => {
    const gateway = await start(place())
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(text).not.toMatch(/^openclaw_events_(total|seq|behind|failing_seconds)\b.* \d/m)
  })

  it('says that another receiver holds after the next start', async () => {
    const here = place(eventsTo(await receiver()))
    const gateway = await start(here)
    here.configure(eventsTo({ url: 'https://elsewhere.example.org/' }))
    await until(() => gateway.lines.some(({ event }) => event === 'config-needs-restart'))
    expect(gateway.lines.filter(({ event }) => event === 'config-needs-restart')).toMatchObject([
      { part: 'pairing.events', keys: 'pairing.events' },
    ])
  })

  it('stops soon while a receiver is silent', async () => {
    const to = await receiver()
    to.rule.always = () => {}
    const here = place(eventsTo(to))
    const gateway = await start(here)
    await allow(here, webId(1))
    await until(() => to.arrived.length === 1)
    const begun = performance.now()
    await gateway.stop()
    expect(performance.now() - begun).toBeLessThan(8_000)
    expect(gateway.lines.filter(({ event }) => event === 'stop-failed')).toEqual([])
  })
})

/** Every code, token and hash that the journal and the files hold. */
function secretsIn({ stateDir }: Place): readonly string[] {
  const folder = join(stateDir, 'pairing-journal')
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  const found = lines.flatMap((line) =>
    [...line.matchAll(/"(?:code|hash|tokenHash|token|publicKey|replyTo|prev)":"([^"]{6,})"/g)].map(
      ([, value]) => String(value),
    ),
  )
  // Where somebody is answered is their id in the web chat, which is told.
  const secrets = found.filter((value) => !value.startsWith('web-'))
  return [...new Set(secrets.flatMap((value) => [value, value.replace(/^sha256:/, '')]))]
}

const folder = fileURLToPath(new URL('..', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'gateway-events-'))

describe('a gateway that is killed', () => {
  beforeAll(() => {
    const manifest = createRequire(import.meta.url).resolve('tsup/package.json')
    const tsup = join(dirname(manifest), 'dist', 'cli-default.js')
    const args = [tsup, '--config', 'tsup.app.config.ts', '--out-dir', out]
    const built = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(built.status, built.stderr).toBe(0)
  })

  function run(here: Place) {
    const child = spawn(process.execPath, [join(out, 'main.js'), '--port', '0'], {
      cwd: here.home,
      env: here.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = { text: '' }
    child.stdout.on('data', (part: Buffer) => {
      said.text += part.toString()
    })
    const exit = new Promise((resolve) => child.once('exit', resolve))
    return { child, exit, isUp: () => said.text.includes('State') }
  }

  it('after an event was sent and before that was written down sends it again under its id, and loses none', async () => {
    const to = await receiver()
    const here = place(eventsTo(to, ['dm.allow']))
    const first = run(here)
    await until(first.isUp, 15_000)
    to.answers.push((response) => {
      first.child.kill('SIGKILL')
      response.writeHead(204).end()
    })
    await allow(here, webId(1))
    await first.exit
    await allow(here, webId(2))
    const second = run(here)
    await until(second.isUp, 15_000)
    await until(() => to.arrived.length === 3)
    const [sent, again, next] = to.arrived
    expect(again?.id).toBe(sent?.id)
    expect(again?.body).toBe(sent?.body)
    expect(next?.data).toMatchObject({ subjects: [{ senderId: webId(2) }] })
    second.child.kill('SIGTERM')
    await second.exit
    const third = run(here)
    await until(third.isUp, 15_000)
    await allow(here, webId(3))
    await until(() => to.arrived.length === 4)
    expect(to.arrived[3]?.data).toMatchObject({ subjects: [{ senderId: webId(3) }] })
  })
})

describe('the actions that can be chosen', () => {
  it('are all that the packages write', () => {
    const root = fileURLToPath(new URL('../../../packages', import.meta.url))
    const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?:^|\/)src\/.*\.ts$/.test(name) && !name.includes('node_modules'))
      .map((name) => readFileSync(join(root, name), 'utf8'))
    const written = sources.flatMap((text) =>
      [
        ...text.matchAll(
          /(?:(?:scope: |\{ owner, )[^}]*?action: |intentOf\([^']*?|reconcile\()'([a-z]+(?:\.[a-z-]+)+)'/g,
        ),
      ].map(([, action]) => String(action)),
    )
    expect(new Set(written).size).toBeGreaterThan(20)
    for (const action of written) expect(JOURNAL_ACTIONS).toContain(action)
    expect(isChosenEvent(['*'], 'device.approve')).toBe(true)
  })
})
