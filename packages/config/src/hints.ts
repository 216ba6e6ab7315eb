/** What a command line needs to work where it is printed; {@link Paths} has the profile. */
export interface HintPlace {
  readonly profile: string | undefined
  /** How the program is called here: `openclaw` unless given, `npx openclaw` in a checkout. */
  readonly program?: string
  /** Added as `--account`, unless it is `default`. */
  readonly account?: string
}

/**
 * A command that works where it is printed: program, profile and account filled in.
 *
 * @param command - what stands after the program, such as `pairing approve telegram ABCD2345`
 */
export function hintCommand(place: HintPlace, command: string): string {
  const { program = 'openclaw', profile, account = 'default' } = place
  return [
    program,
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    command,
    ...(account === 'default' ? [] : [`--account ${account}`]),
  ].join(' ')
}

/** The program as strangers may read it: without the folders of this machine. */
export function programForStrangers(program: string | undefined): string {
  return program === undefined || /[\\/]/.test(program) ? 'openclaw' : program
}
