import { startServer } from '@openclaw-pairing/postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a database whose user may make schemas. */
    readonly postgresUrl: string
  }
}

/** The server of `OPENCLAW_TEST_POSTGRES_URL`, or one for the tests of this package, ended with them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['OPENCLAW_TEST_POSTGRES_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgresUrl', given)
    return undefined
  }
  const { url, stop } = await startServer()
  project.provide('postgresUrl', url)
  return stop
}
