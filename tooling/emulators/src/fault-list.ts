/** A fault, for how many requests; for all until cleared unless given. */
interface Limited<Effect> {
  readonly effect: Effect
  readonly times?: number
}

/** The faults in force. */
export interface FaultList<Fault extends Limited<unknown>, Met> {
  readonly add: (fault: Fault) => void
  readonly clear: () => void
  /** The effect on this request, counted as used. */
  readonly take: (met: Met) => Fault['effect'] | undefined
}

/** None at first; `meets` says whether a fault is about a request. */
export function faultList<Fault extends Limited<unknown>, Met>(
  meets: (fault: Fault, met: Met) => boolean,
): FaultList<Fault, Met> {
  let active: { readonly fault: Fault; left: number }[] = []
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      active = []
    },
    take: (met) => {
      const found = active.find(({ fault, left }) => left > 0 && meets(fault, met))
      if (found) found.left -= 1
      return found?.fault.effect
    },
  }
}

/** A fault of a method, `*` for all, meets its requests. */
export const meetsMethod = (fault: { readonly method: string }, method: string): boolean =>
  fault.method === '*' || fault.method === method
