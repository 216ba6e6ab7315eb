import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aGateway } from './client/surroundings.ts'

/** How a process ends that runs `script` with a client for the gateway; killed after 20 s. */
async function ending(script: string, url: string): Promise<{ code: unknown; out: string }> {
  const client = join(import.meta.dirname, '../src/client.ts')
  const source = `
    const { connectNode, connectOperator, createIdentity } = await import(${JSON.stringify(client)})
    const options = { url: ${JSON.stringify(url)}, identity: createIdentity(), commands: {} }
    ${script}
  `
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=@openclaw-pairing/source',
      '--input-type=module',
      '-e',
      source,
    ],
    { cwd: join(import.meta.dirname, '..'), timeout: 20_000 },
  )
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
  }
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, out }
}

it('lets the process end once it is closed, whatever it was about', async () => {
  const { url, peer } = await aGateway()
  const script = `
    const connected = connectNode(options)
    await connected.ready()
    const waiting = connectNode({ ...options, url: 'ws://127.0.0.1:1' })
    const dialling = connectOperator(options)
    const asked = connected.request('health', {}).catch(({ code }) => console.log(code))
    connected.events('tick')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await Promise.all([connected.close(), waiting.close(), dialling.close()])
    await asked
    console.log('closed')
  `
  const [ended] = await Promise.all([
    ending(script, url),
    peer().then(async (first) => await first.admit()),
  ])
  expect(ended).toEqual({ code: 0, out: 'ERR_NO_ANSWER\nclosed\n' })
})

it('lets the process end once it has stopped by itself', async () => {
  const { url, peer } = await aGateway()
  const script = `
    const node = connectNode(options)
    console.log((await node.stopped)?.code)
  `
  const refuse = async () => {
    const first = await peer()
    const error = { code: 'INVALID_REQUEST', message: 'invalid role' }
    first.refuse((await first.connect()).id, error)
  }
  const [ended] = await Promise.all([ending(script, url), refuse()])
  expect(ended).toEqual({ code: 0, out: 'ERR_GATEWAY_REFUSED\n' })
})
