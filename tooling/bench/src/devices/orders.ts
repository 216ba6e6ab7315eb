/** What the client program is told to do; one thing at a time. */
export type Order =
  /** Connects and closes again `count` times, `atOnce` at a time. */
  | { readonly does: 'handshakes'; readonly count: number; readonly atOnce: number }
  /** Connects the devices from `from` to before `to`, each `times`, and keeps the connections; who is not let in comes again. */
  | {
      readonly does: 'hold'
      readonly from: number
      readonly to: number
      readonly times: number
      readonly atOnce: number
    }

/** What became of it. */
export interface Done {
  readonly done: true
  readonly ms: number
  /** Tries that did not come as far as hello-ok. */
  readonly failed: number
}

/** What the client program says. */
export type Report =
  | Done
  /** A connection that was kept has ended; `at` in ns of the clock that all processes of a machine share. */
  | { readonly closed: string; readonly at: string }
  | { readonly wrong: string }
