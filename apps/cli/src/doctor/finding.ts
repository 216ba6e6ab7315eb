/** Something that is not as it should be: what, what comes of it, and what mends it. */
export interface Finding {
  /** Stable, for scripts: `permissions`, `config`, or the `ERR_…` code of what was met. */
  readonly id: string
  /** `error`: something does not work or is not safe; `warning`: it will, or somebody should know; `note`: good to know. */
  readonly severity: 'error' | 'warning' | 'note'
  /** A file, or a place in the configuration. */
  readonly subject: string
  readonly problem: string
  readonly consequence: string
  /** A command or one sentence. */
  readonly fix: string
  /** Where this program can mend it. */
  readonly repair?: Repair
}

/** What `doctor --fix` would do about a finding. */
export interface Repair {
  /** In words or as a command, shown before it is done. */
  readonly what: string
  readonly run: () => Promise<void>
}
