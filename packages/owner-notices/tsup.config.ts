import { library } from '@openclaw-pairing/tsup-config'

export default library()
