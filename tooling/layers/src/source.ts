import { type Comment, parseSync } from 'oxc-parser'

/** A node of the syntax tree. */
export interface AstNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** One `import`, `export … from`, `import()` or `import('x')` type. */
export interface ImportOf {
  readonly specifier: string
  readonly line: number
  /** The imported names; empty for a namespace or side effect. */
  readonly names: readonly string[]
  /** Loaded only when the line runs: `import()`. */
  readonly lazy: boolean
}

/** A parsed file of a package. */
export interface SourceFile {
  /** Inside the package, with slashes: `src/code.ts`. */
  readonly path: string
  readonly area: 'src' | 'test' | 'config'
  readonly text: string
  readonly program: AstNode
  readonly comments: readonly Comment[]
  readonly imports: readonly ImportOf[]
}

/**
 * Parses one file.
 *
 * @throws Error when the text is not TypeScript
 */
export function parseSource(path: string, text: string): SourceFile {
  const result = parseSync(path, text)
  const [problem] = result.errors
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`)
  const program = result.program as unknown as AstNode
  const imports = [...walk(program)].flatMap((node) => importOf(node, text))
  return { path, area: areaOf(path), text, program, comments: result.comments, imports }
}

function areaOf(path: string): SourceFile['area'] {
  if (path.startsWith('src/')) return 'src'
  return path.startsWith('test/') ? 'test' : 'config'
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

function importOf(node: AstNode, text: string): ImportOf[] {
  if (!importing.has(node.type)) return []
  const source = node['source']
  if (!isNode(source) || typeof source['value'] !== 'string') return []
  const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'].filter(isNode) : []
  const names = specifiers.flatMap((each) => nameOf(each['imported']))
  const lazy = node.type === 'ImportExpression'
  return [{ specifier: source['value'], line: lineAt(text, node.start), names, lazy }]
}

/** The name of an identifier, in a list so that it can be spread; empty for anything else. */
export function nameOf(value: unknown): string[] {
  return isNode(value) && typeof value['name'] === 'string' ? [value['name']] : []
}

/** True for a node of the tree. */
export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** Every node below `root`, itself first. */
export function* walk(root: AstNode): Generator<AstNode> {
  yield root
  for (const value of Object.values(root)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child)
    }
  }
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
  }
  return line
}

/** `@scope/name` or `name` of a bare specifier; `undefined` for relative ones and `node:` modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}

/** Lines that hold code: not blank, not only a comment. */
export function codeLines(file: SourceFile, node: AstNode): number {
  let text = file.text.slice(node.start, node.end)
  for (const comment of file.comments.toReversed()) {
    if (comment.start < node.start || comment.end > node.end) continue
    const from = comment.start - node.start
    text = text.slice(0, from) + text.slice(comment.end - node.start)
  }
  return text.split('\n').filter((line) => line.trim() !== '').length
}
