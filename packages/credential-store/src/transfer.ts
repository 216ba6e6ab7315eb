/**
 * Moving a store: from files to a database and back, or through one file. Everything that was decided comes along.
 *
 * @packageDocumentation
 */
export { type ImageTally, imageTally } from './transfer/digest.ts'
export {
  ImageNewer,
  ImageNotWritten,
  ImageRefused,
  StoreMoved,
  StoreUnfinished,
  TransferChanged,
  TransferDamaged,
  TransferDiffers,
  TransferInUse,
  TransferNothing,
  TransferTargetTaken,
} from './transfer/errors.ts'
export { type FilesTransferOptions, filesTransfer } from './transfer/files-transfer.ts'
export { type ImageFilePorts, imageFile } from './transfer/image-file.ts'
export {
  exportStore,
  type ImportOutcome,
  importStore,
  planImport,
} from './transfer/image-moves.ts'
export { decodeMark, isThisMark } from './transfer/mark-json.ts'
export { takenEntry } from './transfer/taken-entry.ts'
export {
  planTransfer,
  type Transfer,
  type TransferOutcome,
  type TransferPlan,
  type TransferPorts,
  transferStore,
} from './transfer/transfer-store.ts'
export {
  type ArrivingMark,
  type AwayMark,
  IMAGE_FORMAT,
  type ImageEntry,
  type ImageHead,
  type ImageItem,
  type ImageRecord,
  type ImageSource,
  type ImageWish,
  type StoreImage,
  type StoreLook,
  TAKEN_COLLECTION,
  type Taken,
  type TakeOptions,
  type TransferMark,
  type TransferStore,
} from './transfer/types.ts'
export type { WriteImagePorts, WrittenImage } from './transfer/write-image.ts'
