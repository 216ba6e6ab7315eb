import type { TestProject } from 'vitest/node'
import { startServer } from '../../credential-store-postgres/test/support-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a database whose user may make schemas. */
    readonly postgresUrl: string
  }
}

/** The server of `OPENCLAW_TEST_POSTGRES_URL`, or one of our own that ends with the tests. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['OPENCLAW_TEST_POSTGRES_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgresUrl', given)
    return undefined
  }
  const server = await startServer()
  project.provide('postgresUrl', server.url)
  return server.stop
}
