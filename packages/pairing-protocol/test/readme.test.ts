import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import * as client from '../src/client.ts'
import * as protocol from '../src/index.ts'
import { hello, recordedError } from './client/gateway.ts'
import { aFolder, afterwards, aGateway, eventually } from './client/surroundings.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it('shows an example that runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(example).toContain('decodeFromClient')
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/readme-'))
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    await writeFile(
      join(folder, 'example.ts'),
      example.replace("'@openclaw/pairing-protocol'", "'../../../src/index.ts'"),
    )
    await import(join(folder, 'example.ts'))
    expect(log.mock.calls).toEqual([
      ['node-host', 4],
      [1008],
      ['wait_then_retry'],
      ['refused: not-json'],
    ])
  } finally {
    log.mockRestore()
    await rm(join(import.meta.dirname, '.tmp'), { recursive: true })
  }
})

/** Runs the example that holds `word` against a gateway while that plays; answers what the example prints. */
async function runClientExample(
  word: string,
  url: string,
  play: (said: readonly unknown[]) => Promise<void>,
): Promise<unknown[][]> {
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  const example = examples.find((text) => text.includes(word)) ?? ''
  expect(example.split('\n').length).toBeLessThan(18)
  const folder = await aFolder()
  const said: unknown[][] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => said.push(args))
  afterwards(async () => log.mockRestore())
  const source = join(import.meta.dirname, '../src/client.ts')
  const text = example
    .replace("'@openclaw/pairing-protocol/client'", JSON.stringify(source))
    .replace('ws://127.0.0.1:18789', url)
    .replaceAll("'identity/", `'${folder}/`)
  await writeFile(join(folder, 'example.ts'), `${text}\nexport {}\n`)
  await Promise.all([import(join(folder, 'example.ts')), play(said)])
  return said
}

it('shows a node that runs', async () => {
  const { url, peer } = await aGateway()
  const answers: unknown[] = []
  const play = async (said: readonly unknown[]) => {
    const first = await peer()
    first.refuse((await first.connect()).id, recordedError('03-node-connect-unpaired'))
    const second = await peer()
    const { client: description } = await second.admit()
    expect(description.displayName).toBe('kitchen')
    const params = { id: '1', nodeId: 'n', command: 'lamp.switch', paramsJSON: '{"on":true}' }
    second.event('node.invoke.request', params)
    answers.push((await second.request('node.invoke.result')).params['payloadJSON'])
    await eventually(() => said.length).toBe(2)
    // The example runs until its process ends: a gateway that refuses it for good ends it here.
    second.socket.close(1012)
    const last = await peer()
    last.refuse((await last.connect()).id, recordedError('10-wrong-connects (bad-role)'))
    await last.closed
  }
  const said = await runClientExample('connectNode', url, play)
  const requestId = '00000000-0000-4000-8000-000000000007'
  expect(said).toEqual([['the owner runs:', `openclaw devices approve ${requestId}`], ['dev']])
  expect(answers).toEqual(['{"done":{"on":true}}'])
})

it('shows a node that joins with a setup code', async () => {
  const { url, peer } = await aGateway()
  const secret = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA'
  const [, , before] = process.argv
  process.argv[2] = protocol.encodeSetupCode({ url, bootstrapToken: secret })
  afterwards(async () => {
    process.argv[2] = before ?? ''
  })
  const play = async (said: readonly unknown[]) => {
    const first = await peer()
    const { id, params } = await first.connect()
    expect(params.auth).toEqual({ bootstrapToken: secret })
    first.refuse(id, recordedError('03-node-connect-unpaired'))
    await first.closed
    const second = await peer()
    await second.admit()
    await eventually(() => said.length).toBe(2)
    second.socket.close(1012)
    const last = await peer()
    last.refuse((await last.connect()).id, recordedError('10-wrong-connects (bad-role)'))
    await last.closed
    await eventually(() => said.length).toBe(3)
  }
  const said = await runClientExample('joinNode(', url, play)
  const end = ['the gateway refused: invalid role']
  expect(said).toEqual([['waiting for the owner'], ['connected to', url], end])
})

it('shows an operator that runs, and says what it waits for', async () => {
  const { url, peer } = await aGateway()
  const play = async (said: readonly unknown[]) => {
    const waiting = await peer()
    const asking = await waiting.connect()
    waiting.refuse(asking.id, recordedError('03-node-connect-unpaired'))
    await waiting.closed
    await eventually(() => said.length).toBe(1)
    const first = await peer()
    const { scopes, device } = await first.admit(hello({ role: 'operator' }))
    expect(scopes).toEqual(['operator.read', 'operator.write'])
    expect(device?.id).toBe(asking.params.device?.id)
    const nodes = [
      { nodeId: 'kettle', connected: true, commands: ['kettle.boil'] },
      { nodeId: 'lamp', connected: true, commands: ['lamp.switch'] },
    ]
    first.answer((await first.request('node.list')).id, { ts: 1, nodes })
    const { id, params } = await first.request('node.invoke')
    expect(params).toMatchObject({ nodeId: 'lamp', command: 'lamp.switch', params: { on: true } })
    const { nodeId, command } = params
    first.answer(id, { ok: true, nodeId, command, payload: 'switched', payloadJSON: '"switched"' })
    await first.closed
  }
  const said = await runClientExample('connectOperator', url, play)
  const requestId = '00000000-0000-4000-8000-000000000007'
  expect(said).toEqual([[requestId, `openclaw devices approve ${requestId}`], ['switched']])
  const [, example = ''] = /```ts\n([^`]*connectOperator\([^`]*)```/.exec(readme) ?? []
  expect(example).toContain('loadIdentity(')
})

it('has every code of the client', () => {
  const rows = readme.split('\n').filter((line) => line.startsWith('| `ERR_'))
  const errors = Object.entries(client).filter(([, value]) => value.toString().startsWith('class'))
  expect(rows).toHaveLength(errors.length)
  for (const [name] of errors)
    expect(rows.filter((row) => row.includes(`\`${name}\``))).toHaveLength(1)
})

it('names every export', () => {
  const exported = [...Object.keys(protocol), ...Object.keys(client)]
  const names = exported.filter((name) => !name.startsWith('MAX_'))
  for (const name of names) expect(readme).toContain(`\`${name}`)
})

it('has the tables as they are', () => {
  const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  for (const [code, rule] of Object.entries(protocol.ERRORS)) {
    const close = rule.close === undefined ? '–' : String(rule.close)
    const row = [
      '',
      `\`${code}\``,
      `\`${rule.wire}\``,
      rule.message,
      close,
      `\`${rule.action}\``,
      '',
    ]
    expect(rows).toContainEqual(row)
  }
  const ends = (end: string | protocol.Close) =>
    typeof end === 'string' ? end : `close ${String(end.code)}`
  for (const [code, { handshake, session, sender }] of Object.entries(protocol.REFUSALS))
    expect(rows).toContainEqual(['', `\`${code}\``, ends(handshake), ends(session), sender, ''])
})
