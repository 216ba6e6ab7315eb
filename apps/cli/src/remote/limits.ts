/** How long a gateway elsewhere may take to let us in, and for each answer, in ms; as in OpenClaw 2026.2. */
export const ANSWER_MS = 10_000

/** The longest that `--timeout` may say, in ms. */
export const LONGEST_MS = 600_000
