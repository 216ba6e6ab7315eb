import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** Makes an empty database on the server that `url` names as one who may; answers the URL of it. */
export async function freshDatabase(url: string): Promise<string> {
  const name = `d_${randomBytes(6).toString('hex')}`
  await sqlOn(url, `CREATE DATABASE ${name}`)
  const made = new URL(url)
  made.pathname = `/${name}`
  return made.href
}

/** Runs statements as a person with psql would; answers the rows of the last. */
export async function sqlOn(
  url: string,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const answers = await client.query(text)
    const last = Array.isArray(answers) ? answers.at(-1) : answers
    return last?.rows ?? []
  } finally {
    await client.end()
  }
}
