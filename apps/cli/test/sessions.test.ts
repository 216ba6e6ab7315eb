import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { homeHere } from './support/here.ts'
import { play } from './support/session.ts'

const folder = fileURLToPath(new URL('sessions/', import.meta.url))

it.each(readdirSync(folder))('%s goes as written', async (name) => {
  const file = folder + name
  const script = await readFile(file, 'utf8')
  const home = await homeHere()
  try {
    const said = await play(home, script)
    // `UPDATE_SESSIONS=1` writes what is said now; read the difference before you keep it.
    if (process.env['UPDATE_SESSIONS'] === '1') await writeFile(file, said)
    else expect(said).toBe(script)
  } finally {
    await home.remove()
  }
})
