import { safe } from './output/safe.ts'
import { shellWord } from './program.ts'
import type { World } from './world.ts'

const COMMAND =
  /(?<![\w./-])(?:OPENCLAW_STATE_DIR=(?:'(?:[^']|'\\'')*'|\S+) )?(?:npx )?openclaw(?: --profile [\w-]+| --dev)?(?= (?:pairing|owner|devices|nodes|channels|qr|node|audit|store|doctor|gateway|demo|completion|help|--)(?![\w]))(?! gateway stop\b)/g

/**
 * The program as a person calls it here, with the profile in force and the state directory that the environment names:
 * it may have been named for this one command. A profile's name in the environment alone moves nothing (OpenClaw reads
 * it so); beside a named state directory it is what a profile leaves.
 */
export function programWith(world: World, profile: string | undefined): string {
  const { env } = world
  const inherited =
    env['OPENCLAW_STATE_DIR'] === undefined ? undefined : env['OPENCLAW_PROFILE']?.trim()
  const active = profile ?? inherited
  const isNamed = active !== undefined && /^[\w-]{1,64}$/.test(active) && active !== 'default'
  const program = isNamed ? `${world.program} --profile ${active}` : world.program
  return `${placeOf(world)}${program}`
}

/** Where a POSIX shell is not what people type in, nothing; and nothing for a directory that no line can hold. */
function placeOf({ env, isPosix }: World): string {
  const folder = env['OPENCLAW_STATE_DIR']?.trim()
  if (!isPosix || !folder || safe(folder) !== folder) return ''
  return `OPENCLAW_STATE_DIR=${shellWord(folder)} `
}

/** Makes every command in `text` one that works where it is printed. */
export function withProgram(text: string, program: string): string {
  return text.replace(COMMAND, () => program)
}

const ABOUT_DEVICES = /\bopenclaw (?:devices|nodes) [a-z]+(?! --help)\b/g

/** Makes every command about devices in `text` one that is about the gateway at `url`, where there is one. */
export function withPlace(text: string, url: string | undefined): string {
  if (url === undefined || !isShowable(url)) return text
  return text.replace(ABOUT_DEVICES, (line) => `${line} --url ${shellWord(url)}`)
}

/** An address that holds no secret, and nothing that a terminal would take for more. */
function isShowable(url: string): boolean {
  if (safe(url) !== url || !URL.canParse(url)) return false
  const { username, password, search, hash } = new URL(url)
  return [username, password, search, hash].every((part) => part === '')
}
