import { library } from '@openclaw-pairing/tsup-config'

export default library([
  'src/main.ts',
  'src/device-client.ts',
  'src/bare-server.ts',
  'src/postgres-replica.ts',
])
