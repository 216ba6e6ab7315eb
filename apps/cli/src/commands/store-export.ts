import { resolve } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { refusing } from '../store/consent.ts'
import { contentsOf } from '../store/contents.ts'
import { type OpenPlace, openPlace } from '../store/open-place.ts'
import { contentFacts, placeWords, printEnds } from '../store/pages.ts'
import { contentsJson, placeJson, transferPorts, withPlaces } from '../store/parts.ts'
import { PLACE_WORDS, placeOf } from '../store/place.ts'

/** `store export`. */
export const command: Command = {
  usage: ['store export --to <file> [--from <place>]'],
  about: `Writes everything that was decided and the journal into one new file, as of one moment; a gateway may go on meanwhile. It is read back before it gets its name. The file shows who may write and which devices are paired, and holds hashes of tokens; tokens that OpenClaw 2026.2 kept in clear stand in it in clear until openclaw doctor --fix has replaced them: keep it like a password. --from is ${PLACE_WORDS}.`,
  options: {
    to: { type: 'string', value: '<file>', summary: 'the file to write; nothing is overwritten' },
    from: { type: 'string', value: '<place>', summary: 'the store; unless given that in use here' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'store export --to openclaw-store.jsonl', what: 'as a copy, or to move it' }],
  run: (call) => refusing(() => exportAll(call)),
}

async function exportAll(call: Call): Promise<ExitCode> {
  const name = text(call, 'to')
  if (name === undefined) {
    throw new UsageError('--to is missing: the file to write', {
      hint: 'openclaw store export --to openclaw-store.jsonl',
    })
  }
  const from = await openPlace(call, await placeOf(call, 'from'))
  return withPlaces([from], () => write(call, from, resolve(name)))
}

async function write(call: Call, from: OpenPlace, path: string): Promise<ExitCode> {
  const { exportStore, imageFile, nodeStorePorts } = await import('../store-app.ts')
  const now = () => call.world.now() as EpochMs
  const ports = { ...nodeStorePorts({ now }), now }
  const { random } = transferPorts(call)
  if ((await from.look()).mark === undefined) await from.settle()
  const { head, digest } = await exportStore(from, path, { ...ports, random })
  const { contents } = await contentsOf(imageFile(path, ports), head)
  if (call.json) {
    const made = { file: path, from: placeJson(from), id: head.id, digest }
    call.screen.json({ ...made, ...contentsJson(contents) })
    return EXIT.done
  }
  const { out } = call.screen
  printEnds(out, [['From', placeWords(from)], ['File', safe(path)], ...contentFacts(contents)])
  out.line(out.style.green('Written, read back and compared.'))
  out.line(out.style.dim(`SHA-256 of the content ${digest}`))
  out.prose('It says who may come in: keep it like a password.')
  return EXIT.done
}
