import { library } from '@openclaw-pairing/tsup-config'

export default library(['./src/index.ts', './src/bluebubbles.ts', './src/imsg.ts'])
