import type { Environment } from '../ports.ts'

const VARIABLE = /\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g

/** Variables in one text; more is no configuration. */
const MAX_VARIABLES = 64

/**
 * Fills in `${NAME}` from the environment; `$${NAME}` stands for the text `${NAME}` itself.
 *
 * @returns the text, or the name of the first variable that is not set or empty
 */
export function substitute(
  text: string,
  env: Environment,
): { readonly text: string } | { readonly missing: string } {
  const used = [...text.matchAll(VARIABLE)].filter(([, dollar]) => dollar === '')
  const missing = used.find(([, , name], index) => index >= MAX_VARIABLES || !env[name ?? ''])
  if (missing !== undefined) return { missing: missing[2] ?? '' }
  return {
    text: text.replace(VARIABLE, (all: string, dollar: string, name: string) =>
      dollar === '' ? (env[name] ?? '') : all.slice(1),
    ),
  }
}
