import { swap } from '../args/mend.ts'
import { nearest } from '../args/suggest.ts'
import type { Call, Command } from '../args/types.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** `completion`. */
export const command: Command = {
  usage: ['completion bash|zsh|fish'],
  about:
    'Prints the script that lets your shell complete commands, options, channels, accounts, and the codes and ids that wait. It completes the word openclaw; where you type npx openclaw, make that a command first: npm install --global @openclaw/pairing-cli, or in the repository ln -s "$PWD/apps/cli/dist/main.cjs" ~/.local/bin/openclaw, with ~/.local/bin on your PATH.',
  options: {},
  words: { min: 1, max: 1 },
  complete: ['shell'],
  examples: [
    { line: 'completion bash >> ~/.bashrc', what: 'bash' },
    { line: 'completion zsh > "$fpath[1]/_openclaw"', what: 'zsh' },
    { line: 'completion fish > ~/.config/fish/completions/openclaw.fish', what: 'fish' },
  ],
  run: completion,
}

const BASH = `# openclaw completion for bash
_openclaw() {
  local value
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ -n $value ]] && COMPREPLY+=("$value")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _openclaw openclaw
`

const ZSH = `#compdef openclaw
# openclaw completion for zsh
_openclaw() {
  local -a found
  local line value
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    found+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe openclaw found
}
compdef _openclaw openclaw
`

const FISH = `# openclaw completion for fish
function __openclaw_complete
  set -l typed (commandline -opc)
  set -l last (commandline -ct)
  test (count $last) -eq 0; and set last ''
  $typed[1] __complete -- $typed[2..-1] $last 2>/dev/null
end
complete -c openclaw -f -a '(__openclaw_complete)'
`

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH],
  ['zsh', ZSH],
  ['fish', FISH],
])

async function completion({ words, json, screen, world }: Call): Promise<ExitCode> {
  const shell = words[0] ?? ''
  const script = SCRIPTS.get(shell)
  if (script === undefined) {
    const shells = [...SCRIPTS.keys()]
    const meant = nearest(shell, shells)
    throw new UsageError(`there is no completion for “${shell}”`, {
      ...(meant === undefined
        ? { hint: `one of: ${shells.join(', ')}` }
        : { mend: swap(shell, meant) }),
    })
  }
  if (json) screen.json({ shell, script })
  else screen.out.raw(script)
  if (world.program !== 'openclaw') {
    const { err } = screen
    err.line(
      `${err.style.yellow('note:')} it completes the word openclaw, and here that is no command: ${world.program} completion --help`,
    )
  }
  return EXIT.done
}
