export { freePort, startServer, type TestServer } from '@openclaw-pairing/postgres'
