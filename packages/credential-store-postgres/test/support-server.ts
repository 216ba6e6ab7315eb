export { freePort, serverPid, startServer, type TestServer } from '@openclaw-pairing/postgres'
