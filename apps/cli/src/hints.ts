import type { World } from './world.ts'

const COMMAND =
  /(?<![\w./-])(?:npx )?openclaw(?: --profile [\w-]+| --dev)?(?= (?:pairing|audit|doctor|gateway|demo|completion|help|--)(?![\w]))/g

/**
 * The program as a person calls it here, with the profile in force. A name in the environment alone moves nothing
 * (OpenClaw reads it so); beside a named state directory it is what a profile leaves.
 */
export function programWith(world: World, profile: string | undefined): string {
  const { env } = world
  const inherited =
    env['OPENCLAW_STATE_DIR'] === undefined ? undefined : env['OPENCLAW_PROFILE']?.trim()
  const active = profile ?? inherited
  const isNamed = active !== undefined && /^[\w-]{1,64}$/.test(active) && active !== 'default'
  return isNamed ? `${world.program} --profile ${active}` : world.program
}

/** Makes every command in `text` one that works where it is printed. */
export function withProgram(text: string, program: string): string {
  return text.replace(COMMAND, () => program)
}
