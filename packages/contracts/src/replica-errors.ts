import { OpenClawError } from './errors.ts'

/** The replica does not live, or ended before it answered. Whether it did what it was asked for is not known. */
export class ReplicaGone extends OpenClawError {
  override readonly name = 'ReplicaGone'
  override readonly code = 'ERR_REPLICA_GONE'
  constructor() {
    super('the gateway that was asked is gone', {
      hint: 'try again: another gateway may have taken over',
    })
  }
}

/** No answer in time. The replica may still be at it, or have done it. */
export class ReplicaLate extends OpenClawError {
  override readonly name = 'ReplicaLate'
  override readonly code = 'ERR_REPLICA_LATE'
  /** How long it was waited for, in ms. */
  readonly withinMs: number
  constructor(withinMs: number) {
    super(`another gateway did not answer within ${String(withinMs)} ms`, {
      hint: 'look whether it did what it was asked for, then try again',
    })
    this.withinMs = withinMs
  }
}

/** The replica does not serve this kind, or failed at it. What went wrong stands in its own log. */
export class ReplicaFailed extends OpenClawError {
  override readonly name = 'ReplicaFailed'
  override readonly code = 'ERR_REPLICA_FAILED'
  constructor() {
    super('another gateway could not answer', {
      hint: 'look into its log; all gateways of one store should run the same version',
    })
  }
}

/** What was to be sent, or the answer, is more than one message may hold. A question that is too large was not asked. */
export class ReplicaTooLarge extends OpenClawError {
  override readonly name = 'ReplicaTooLarge'
  override readonly code = 'ERR_REPLICA_TOO_LARGE'
  constructor() {
    super('it is too large to go from one gateway to another', { hint: 'send less at once' })
  }
}

/** Too many questions wait, here or there. This one was not asked. */
export class ReplicaBusy extends OpenClawError {
  override readonly name = 'ReplicaBusy'
  override readonly code = 'ERR_REPLICA_BUSY'
  constructor() {
    super('too many questions between the gateways wait', { hint: 'try again in a moment' })
  }
}
