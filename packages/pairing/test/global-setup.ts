import type { TestProject } from 'vitest/node'
import { startDatabase } from './support-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a database whose user may make schemas. */
    readonly postgresUrl: string
  }
}

/** One database for the tests of this package, ended with them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startDatabase()
  project.provide('postgresUrl', url)
  return stop
}
