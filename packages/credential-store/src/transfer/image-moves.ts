import type { Actor } from '@openclaw/pairing-contracts'
import {
  StoreMoved,
  StoreUnfinished,
  TransferInUse,
  TransferNothing,
  TransferTargetTaken,
} from './errors.ts'
import { drawId, type TransferPorts } from './transfer-store.ts'
import type { ImageHead, ImageSource, Taken, TransferStore } from './types.ts'
import { type WriteImagePorts, type WrittenImage, writeImage } from './write-image.ts'

/**
 * Writes everything that a store holds into a new file; the store stays as it is and may be in use.
 *
 * @throws `ERR_STORE_TRANSFER_NOTHING`, `ERR_STORE_MOVED`, `ERR_STORE_UNFINISHED`, `ERR_STORE_IMAGE_WRITE`
 */
export async function exportStore(
  from: TransferStore,
  path: string,
  ports: WriteImagePorts & Pick<TransferPorts, 'now'>,
): Promise<WrittenImage> {
  const { mark, seq } = await from.look()
  if (mark?.kind === 'away') throw new StoreMoved(from.where, mark)
  if (mark?.kind === 'arriving') throw new StoreUnfinished(from.where, mark.from)
  if (seq === 0) throw new TransferNothing(from.where)
  const wish = { id: drawId(ports), madeAt: ports.now() }
  return from.withImage(wish, (image) => writeImage(path, image, ports))
}

/** What an import would do, or did. */
export interface ImportOutcome {
  /** `nothing`: this very image was taken in before. */
  readonly step: 'take' | 'nothing'
  readonly head: ImageHead
  readonly taken?: Taken
}

/**
 * Says whether an image can be taken in; writes nothing, and reads no more of it than its first line.
 *
 * @throws `ERR_STORE_IMAGE`, `ERR_STORE_IMAGE_NEWER`, `ERR_STORE_TRANSFER_TARGET`, `ERR_STORE_TRANSFER_IN_USE`
 */
export async function planImport(from: ImageSource, to: TransferStore): Promise<ImportOutcome> {
  return from.withImage(UNUSED, async ({ head }) => planOf(head, to))
}

async function planOf(head: ImageHead, to: TransferStore): Promise<ImportOutcome> {
  const { state, mark, taken, users, foreign } = await to.look()
  if (taken.includes(head.id)) return { step: 'nothing', head }
  if (users.length > 0) throw new TransferInUse(to.where, users)
  const isRest = mark?.kind === 'arriving' && mark.id === head.id
  if (state === 'empty' || isRest) return { step: 'take', head }
  throw new TransferTargetTaken(to.where, foreign[0] ?? 'it holds a store')
}

/**
 * Takes an image into an empty store, as a whole or not at all. It is read to its end before that begins. Twice is
 * once.
 *
 * @throws what {@link planImport} throws, and why it cannot be written
 */
export async function importStore(
  from: ImageSource,
  to: TransferStore,
  { actor }: { readonly actor: Actor },
): Promise<ImportOutcome> {
  const plan = await planImport(from, to)
  if (plan.step === 'nothing') return plan
  await from.withImage(UNUSED, async ({ items }) => {
    for await (const _item of items);
  })
  const settle = async (): Promise<void> => undefined
  const how = { from: from.where, actor, replaces: false, settle }
  return from.withImage(UNUSED, async (image) => ({ ...plan, taken: await to.take(image, how) }))
}

/** An image in a file has its own. */
const UNUSED = { id: '', madeAt: 0 as ImageHead['madeAt'] }
