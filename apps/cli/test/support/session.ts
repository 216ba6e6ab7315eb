import { userInfo } from 'node:os'
import type { Home } from './cli.ts'
import { asksAsNode, connects, deviceIdOf, type TestDevice } from './devices.ts'
import { asks } from './people.ts'

/**
 * Plays a session file and answers what it should say. Lines:
 *
 * - `# …` a remark
 * - `> telegram 100001 {"firstName":"Ada"}` somebody writes to the bot and gets a code, `{code 100001}` from then on
 * - `> device phone {"role":"operator","scopes":["operator.read"]}` a device connects; where it has to wait, its request is
 *   `{request phone}` from then on; its id is `{device phone}`, the start of it `{id phone}`
 * - `{setup}` is the id of the setup code that was printed last
 * - `> node legacy-1` a node asks in the older pairing
 * - `$ openclaw …` a command; below it are its stdout, its stderr after `! `, and its exit code
 *
 * - `{home}` is the directory of the session; `known` has more such names
 * - `$ NAME=value openclaw …` is a command with a variable in its environment
 *
 * What is different at each run (codes, times, paths) stands there as a name.
 */
export async function play(
  home: Home,
  script: string,
  known: Readonly<Record<string, string>> = {},
): Promise<string> {
  const names = new Map(Object.entries(known))
  const said: string[] = []
  for (const line of script.split('\n')) {
    if (line.startsWith('#')) said.push(line)
    if (line.startsWith('> ')) {
      said.push(line)
      await ask(home, line.slice(2), names)
    }
    if (line.startsWith('$ ')) said.push(line, ...(await command(home, line.slice(2), names)))
  }
  return `${said.join('\n').trimEnd()}\n`
}

async function ask(home: Home, line: string, names: Map<string, string>): Promise<void> {
  const [place = '', id = '', ...meta] = line.split(' ')
  if (place === 'node') {
    names.set(`{request ${id}}`, await asksAsNode(home, id))
    return
  }
  if (place === 'device') return connect(home, { key: id, ...readJson(meta.join(' ')) }, names)
  const [channel = '', account = 'default'] = place.split('/')
  const json = meta.join(' ')
  const writer = { channel, account, id, meta: json === '' ? {} : JSON.parse(json) }
  const { code, requestId } = await asks(home, writer)
  names.set(`{code ${id}}`, code)
  names.set(`{request ${id}}`, requestId)
}

function readJson(text: string): object {
  const json: unknown = text === '' ? {} : JSON.parse(text)
  return typeof json === 'object' && json !== null ? json : {}
}

async function connect(home: Home, device: TestDevice, names: Map<string, string>): Promise<void> {
  const { key } = device
  const admission = await connects(home, device)
  const asked = admission.outcome === 'admitted' ? admission.asks : admission
  const id = deviceIdOf(key)
  names.set(`{device ${key}}`, id)
  names.set(`{id ${key}}`, id.slice(0, 12))
  if (asked !== undefined && 'request' in asked) {
    names.set(`{request ${key}}`, asked.request.requestId)
  }
}

async function command(home: Home, line: string, names: Map<string, string>): Promise<string[]> {
  const known = [...names, ['{home}', home.folder] as const]
  const typed = known.reduce((text, [name, value]) => text.replaceAll(name, value), line)
  const typedWords = words(typed)
  const at = typedWords.indexOf('openclaw')
  const env = Object.fromEntries(typedWords.slice(0, at).map((word) => word.split(/=(.*)/s, 2)))
  const ran = await home.run(typedWords.slice(at + 1), { env })
  const [setupId] = /\bsetup-[0-9a-z]{12}\b/.exec(ran.stdout) ?? []
  if (setupId !== undefined) names.set('{setup}', setupId)
  const tidy = (text: string): string[] => lines(withNames(text, home, names))
  return [
    ...tidy(ran.stdout),
    ...tidy(ran.stderr).map((text) => `! ${text}`),
    `[exit ${String(ran.exit)}]`,
  ]
}

/** Words of a command line; single quotes keep spaces. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

function withNames(text: string, home: Home, names: ReadonlyMap<string, string>): string {
  const named = [...names].reduce((sofar, [name, value]) => sofar.replaceAll(value, name), text)
  return named
    .replaceAll(`node ${home.main}`, 'openclaw')
    .replaceAll(home.folder, '~')
    .replaceAll(`(${userInfo().username})`, '(<user>)')
    .replaceAll(`${userInfo().username} at the terminal`, '<user> at the terminal')
    .replaceAll(`"user": "${userInfo().username}"`, '"user": "<user>"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<iso>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<time>')
    .replace(/(just now|\d+ s ago) \(\d\d:\d\d\)/g, '<ago>')
    .replace(/(just now|\b\d+ s ago)/g, '<ago>')
    .replace(/\b\d\d:\d\d\b/g, '<hour>')
    .replace(/\b(?:23 h )?(59|60) min\b/g, '<left>')
    .replace(/\bin (?:[459]|10) min\b/g, 'in <left>')
    .replace(/\b(?:9|10) min, until/g, '<left>, until')
    .replace(/\beyJ[\w-]{150,}/g, '<setup code>')
    .replace(/\bagain in (9|10) min\b/g, 'again in <left>')
    .replace(/"(\w+Ms|ts)": \d{13}\b/g, '"$1": <ms>')
    .replace(/"token": "[\w-]{43}"/g, '"token": "<token>"')
    .replace(/"publicKey": "[\w-]{43}"/g, '"publicKey": "<key>"')
    .replace(/[0-9a-f]{64}(\.[0-9a-f]{8})+/g, '<digest>')
    .replace(/(content |"digest": "|head )[0-9a-f]{64}/g, '$1<sha256>')
    .replace(/"id": "[0-9a-f]{32}"/g, '"id": "<id>"')
    .replace(/127\.0\.0\.1:\d+\/d_[0-9a-f]+/g, '<database>')
    .replace(/127\.0\.0\.1:\d+\/d_[0-9a-f]{12}\b/g, '<database>')
}

/** Columns move with what is named; two spaces stand for any gap. */
function lines(text: string): string[] {
  if (text === '') return []
  const body = text.endsWith('\n') ? text.slice(0, -1) : text
  return body.split('\n').map((line) => line.replace(/(\S) {2,}/g, '$1  '))
}
