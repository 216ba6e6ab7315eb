import { library } from '@openclaw-pairing/tsup-config'

export default library(['./src/index.ts', './src/node.ts', './src/transfer.ts'])
