import type { Extent } from './access.ts'
import type { Arrival, DeviceRequest } from './types.ts'

/** What a proven device asks an owner for. */
export interface Wish {
  readonly arrival: Arrival
  /** Within policy. */
  readonly wanted: Extent
  readonly reason: DeviceRequest['reason']
  readonly askedBy: DeviceRequest['askedBy']
}
