import { library } from '@openclaw-pairing/tsup-config'

export default library(['./src/index.ts', './src/kit.ts', './src/node.ts', './src/transfer.ts'])
