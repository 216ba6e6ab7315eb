export { openProxy } from '../../../packages/credential-store-postgres/test/support-proxy.ts'
export {
  startServer,
  type TestServer,
} from '../../../packages/credential-store-postgres/test/support-server.ts'
