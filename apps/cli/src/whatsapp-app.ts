// A bundle of its own: only what links WhatsApp loads it, and it alone can load the library that the operator installed.
export {
  findLibrary,
  installCommand,
  linkAccount,
  loadLibrary,
  nodeSession,
  unlinkAccount,
} from '@openclaw/channel-whatsapp/web'
