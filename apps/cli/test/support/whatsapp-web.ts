import { randomBytes } from 'node:crypto'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WaEmulator } from '@openclaw-pairing/emulators'
import type { Home } from './cli.ts'

/** Installs the stand-in of the library where the shown command puts the real one. */
export async function installLibrary(home: Home, { library }: WaEmulator): Promise<void> {
  const folder = join(home.stateDir, 'libraries/node_modules/baileys')
  await mkdir(folder, { recursive: true })
  await cp(library, folder, { recursive: true })
}

/** A session that the phone knows, as OpenClaw 2026.2 leaves one. */
export async function linkedFolder(home: Home, account = 'default'): Promise<void> {
  const folder = join(home.stateDir, 'credentials/whatsapp', account)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const bytes = { type: 'Buffer', data: randomBytes(32).toString('base64') }
  const creds = {
    ...{ noiseKey: { private: bytes, public: bytes }, registered: true },
    me: { id: '15550000000:1@s.whatsapp.net', name: 'Ada' },
  }
  await writeFile(join(folder, 'creds.json'), JSON.stringify(creds), { mode: 0o600 })
}
