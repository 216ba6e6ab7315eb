/** One thing that a schema found wrong. */
interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly expected?: string
  readonly keys?: readonly string[]
}

/** As much of a schema as is needed here, so that no declaration names the schema library. */
interface Schema<T> {
  readonly safeParse: (
    value: unknown,
  ) =>
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }
}

/** Checks a value; `problem` says what is wrong and where, without any value. */
export type Check<T> = (
  value: unknown,
) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** A check made of a schema. */
export function checker<T>(schema: Schema<T>): Check<T> {
  return (value) => {
    const result = schema.safeParse(value)
    if (result.success) return { ok: true, value: result.data }
    return { ok: false, problem: result.error.issues.slice(0, MAX_ISSUES).map(describe).join('; ') }
  }
}

/** As many problems as a person mends at once. */
const MAX_ISSUES = 3
const MAX_SHOWN = 40

function describe(issue: Issue): string {
  const at = issue.path.length === 0 ? 'at root' : `at ${issue.path.map(shown).join('.')}`
  const [key] = issue.keys ?? []
  if (key !== undefined) return `${at}: unexpected property ${quoted(key)}`
  if (issue.code === 'invalid_type') return `${at}: expected ${issue.expected ?? 'another type'}`
  return `${at}: ${issue.message}`
}

/** A step of a path; what the sender named is cut and quoted unless it is a plain word. */
function shown(step: PropertyKey): string {
  const text = String(step)
  return /^\w{1,40}$/.test(text) ? text : quoted(text)
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN))
}
