import { library } from '@openclaw-pairing/tsup-config'

export default library(['./src/index.ts', './src/daemon.ts', './src/transport.ts'])
