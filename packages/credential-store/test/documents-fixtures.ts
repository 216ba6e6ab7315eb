import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fixtures = join(import.meta.dirname, 'fixtures/openclaw-2026.2')

/** Puts the files that OpenClaw 2026.2.17 left at a stage of its life below `root`, byte for byte as that program writes. */
export function placeFixture(stage: string, root: string): void {
  const folder = join(root, 'credentials')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(join(fixtures, stage, 'credentials'))) {
    const json = JSON.parse(readFileSync(join(fixtures, stage, 'credentials', name), 'utf8'))
    // NOTE printed anew, because a formatter may have been at the fixtures
    writeFileSync(join(folder, name), `${JSON.stringify(json, null, 2)}\n`, { mode: 0o600 })
  }
}
