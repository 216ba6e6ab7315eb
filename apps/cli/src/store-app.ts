// A bundle of its own: only what moves a store loads what speaks to a database.
export { nodeStorePorts } from '@openclaw/credential-store/node'
export {
  exportStore,
  filesTransfer,
  imageFile,
  importStore,
  planImport,
  planTransfer,
  transferStore,
} from '@openclaw/credential-store/transfer'
export { nodePostgresPorts } from '@openclaw/credential-store-postgres/node'
export { postgresTransfer } from '@openclaw/credential-store-postgres/transfer'
