/** What the shell sees; the same for every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, refused: 4 } as const

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
