import {
  type Actor,
  type EpochMs,
  isOpenClawError,
  type RandomBytes,
} from '@openclaw/pairing-contracts'
import {
  StoreMoved,
  StoreUnfinished,
  TransferInUse,
  TransferNothing,
  TransferTargetTaken,
} from './errors.ts'
import type { AwayMark, ImageSource, StoreLook, Taken, TransferStore } from './types.ts'

/** What a move would do. */
export interface TransferPlan {
  /**
   * `move`: everything is copied, then the source is marked · `finish`: the target has it already, the mark of the source is
   * ended · `nothing`: it was moved there before
   */
  readonly step: 'move' | 'finish' | 'nothing'
  readonly from: StoreLook
  readonly to: StoreLook
  /** True when an older state of the same store at the target gives way, or a part that was cut off. */
  readonly replaces: boolean
  /** Of the image: the one of the move that was cut off, where there was one. */
  readonly id: string | undefined
}

/** What a move came to. */
export interface TransferOutcome {
  readonly step: TransferPlan['step']
  /** As read back; absent where nothing had to be copied. */
  readonly taken?: Taken
}

/** The two ends of a move. */
export interface Transfer {
  readonly from: TransferStore
  readonly to: TransferStore
}

/** Who moves, and with what. */
export interface TransferPorts {
  readonly actor: Actor
  readonly now: () => EpochMs
  readonly random: RandomBytes
}

/**
 * Says what {@link transferStore} would do; writes nothing.
 *
 * @throws `ERR_STORE_TRANSFER_NOTHING`, `ERR_STORE_TRANSFER_IN_USE`, `ERR_STORE_TRANSFER_TARGET`, `ERR_STORE_MOVED`,
 *   `ERR_STORE_UNFINISHED`, and why a store cannot be read
 */
export async function planTransfer({ from, to }: Transfer): Promise<TransferPlan> {
  const [source, target] = [await from.look(), await to.look()]
  assertUnused(from, source)
  assertUnused(to, target)
  const { mark } = source
  if (mark?.kind === 'arriving') throw new StoreUnfinished(from.where, mark.from)
  const isThere = mark !== undefined && target.taken.includes(mark.id)
  const looks = { from: source, to: target, id: mark?.id }
  if (mark?.isDone) {
    if (isThere) return { ...looks, step: 'nothing', replaces: false }
    throw new StoreMoved(from.where, mark)
  }
  if (isThere) return { ...looks, step: 'finish', replaces: false }
  if (mark && mark.to !== to.where) throw new StoreMoved(from.where, mark)
  if (source.seq === 0) throw new TransferNothing(from.where)
  return { ...looks, step: 'move', replaces: replacesAt(to.where, source, target) }
}

function assertUnused({ where }: ImageSource, { users }: StoreLook): void {
  if (users.length > 0) throw new TransferInUse(where, users)
}

/** Whether what is at the target may give way; throws when it may not. */
function replacesAt(where: string, source: StoreLook, target: StoreLook): boolean {
  if (target.state === 'empty') return false
  const { mark, foreign } = target
  // what went away from there came here, and has gone on since
  if (mark?.kind === 'away' && source.taken.includes(mark.id)) return true
  if (mark?.kind === 'arriving' && mark.id === source.mark?.id) return true
  throw new TransferTargetTaken(where, whyTaken(target, foreign))
}

function whyTaken({ mark, seq }: StoreLook, foreign: readonly string[]): string {
  if (mark?.kind === 'away') return `another store was moved from there to ${mark.to}`
  if (mark?.kind === 'arriving') return `another move, from ${mark.from}, was cut off there`
  if (seq > 0) return `it holds a store with ${String(seq)} decisions`
  const [first] = foreign
  return first === undefined ? 'it holds the rest of a store' : `it has lists of its own (${first})`
}

/**
 * Moves a store: everything is copied and read back, then the source is marked, then the target counts. Cut off anywhere it
 * is either not begun, or the same call again ends it; at no moment do both count.
 */
export async function transferStore(
  transfer: Transfer,
  ports: TransferPorts,
): Promise<TransferOutcome> {
  const plan = await planTransfer(transfer)
  const { from } = transfer
  if (plan.step === 'nothing') return { step: 'nothing' }
  if (plan.step === 'finish') {
    if (plan.from.mark?.kind === 'away')
      await from.leave({ ...plan.from.mark, isDone: true }, plan.from.seq)
    return { step: 'finish' }
  }
  const taken = await copy(transfer, plan, ports)
  return { step: 'move', taken }
}

async function copy(
  { from, to }: Transfer,
  plan: TransferPlan,
  ports: TransferPorts,
): Promise<Taken> {
  const id = plan.id ?? drawId(ports)
  const at = ports.now()
  const mark: AwayMark = { kind: 'away', id, at, to: to.where, isDone: false }
  return from.withImage({ id, madeAt: at }, async (image) => {
    const { seq } = image.head
    let isMarked = false
    const settle = async (): Promise<void> => {
      await from.leave(mark, seq)
      isMarked = true
    }
    const how = { from: from.where, actor: ports.actor, replaces: plan.replaces, settle }
    try {
      const taken = await to.take(image, how)
      await from.leave({ ...mark, isDone: true }, seq)
      return taken
    } catch (error) {
      // a mark of another run is not ours to take back: what that one wrote may still come to count
      if (isMarked && isRefusal(error)) await takeBack({ from, to }, mark)
      throw error
    }
  })
}

/** False where nobody knows whether the target counts. */
function isRefusal(error: unknown): boolean {
  return isOpenClawError(error) && !UNKNOWN.has(error.code)
}

const UNKNOWN: ReadonlySet<string> = new Set(['ERR_STORE_UNREACHABLE', 'ERR_STORE_SYNC_FAILED'])

/** The source counts again, provided that nothing of it has come to the target and no other run has marked it since. */
async function takeBack({ from, to }: Transfer, mark: AwayMark): Promise<void> {
  const target = await to.look().catch(() => undefined)
  if (target === undefined || target.taken.includes(mark.id)) return
  if (target.mark?.kind === 'arriving') return
  await from.reopen(mark).catch(() => undefined)
}

/** What an image is called. */
export function drawId({ random }: Pick<TransferPorts, 'random'>): string {
  return Buffer.from(random(16)).toString('hex')
}
