import { library } from '@openclaw-pairing/tsup-config'

export default library(['./src/index.ts', './src/child.ts', './src/http.ts'])
