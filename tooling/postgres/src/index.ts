/**
 * Real PostgreSQL servers for tests, started and ended with them.
 *
 * @packageDocumentation
 */
export { freshDatabase, sqlOn } from './database.ts'
export { type FaultProxy, openProxy } from './proxy.ts'
export { freePort, startServer, type TestServer } from './server.ts'
