import type { Finding, Package, Rule } from '../model.ts'
import { type AstNode, codeLines, lineAt, nameOf, type SourceFile, walk } from '../source.ts'

const MAX_FUNCTION_LINES = 50
const MAX_FILE_LINES = 250
const MAX_PARAMETERS = 3

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

function inSource(check: (pkg: Package, file: SourceFile) => Finding[]): Rule['check'] {
  return ({ packages }) =>
    packages.flatMap((pkg) =>
      pkg.sources.filter((file) => file.area === 'src').flatMap((file) => check(pkg, file)),
    )
}

function functionsIn(file: SourceFile): AstNode[] {
  return [...walk(file.program)].filter((node) => functions.has(node.type))
}

/** A contract suite is a list of cases: its length is their number. */
function listsCases(node: AstNode): boolean {
  return [...walk(node)].some(
    (each) =>
      each.type === 'CallExpression' && /^(it|describe)$/.test(nameOf(each['callee'])[0] ?? ''),
  )
}

/** Functions of at most 50 lines of code. */
export const functionsAreSmall: Rule = {
  name: `a function has at most ${String(MAX_FUNCTION_LINES)} lines of code`,
  because: 'what does not fit on a screen is not read as a whole; cut out what has a name',
  check: inSource((pkg, file) =>
    functionsIn(file).flatMap((node) => {
      const lines = codeLines(file, node)
      if (lines <= MAX_FUNCTION_LINES || listsCases(node)) return []
      const where = `${pkg.folder}/${file.path}:${String(lineAt(file.text, node.start))}`
      return [{ where, what: `function of ${String(lines)} lines` }]
    }),
  ),
}

/** Files of at most 250 lines. */
export const filesAreSmall: Rule = {
  name: `a file has at most ${String(MAX_FILE_LINES)} lines`,
  because: 'a file holds one concept and is named for it; a long one holds several',
  check: inSource((pkg, file) => {
    const lines = file.text.trimEnd().split('\n').length
    if (lines <= MAX_FILE_LINES) return []
    return [{ where: `${pkg.folder}/${file.path}`, what: `${String(lines)} lines` }]
  }),
}

/** Functions of at most three parameters. */
export const parametersAreFew: Rule = {
  name: `a function takes at most ${String(MAX_PARAMETERS)} parameters`,
  because: 'the fourth argument is mixed up at the call; give an object with names',
  check: inSource((pkg, file) =>
    functionsIn(file).flatMap((node) => {
      const count = Array.isArray(node['params']) ? node['params'].length : 0
      if (count <= MAX_PARAMETERS) return []
      const where = `${pkg.folder}/${file.path}:${String(lineAt(file.text, node.start))}`
      return [{ where, what: `${String(count)} parameters` }]
    }),
  ),
}
