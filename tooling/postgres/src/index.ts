/**
 * Real PostgreSQL servers for tests, started and ended with them.
 *
 * @packageDocumentation
 */
export { freshDatabase, sqlOn } from './database.ts'
export { freePort, startServer, type TestServer } from './server.ts'
