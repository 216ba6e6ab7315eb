import type { Finding, Package, Rule } from '../model.ts'
import { type AstNode, lineAt, type SourceFile, walk } from '../source.ts'

const forbidden: Readonly<Record<string, string>> = {
  ExportDefaultDeclaration: 'default export',
  ExportAllDeclaration: 'export *',
  TSEnumDeclaration: 'enum',
  TSAnyKeyword: 'any',
  TSNonNullExpression: 'non-null !',
  Decorator: 'decorator',
}

/** Configuration files of tools are default exports by those tools' rules; tests are free to use `any`-shaped input. */
function applies(file: SourceFile, node: AstNode): boolean {
  return file.area !== 'config' || node.type !== 'ExportDefaultDeclaration'
}

function formsIn(pkg: Package, file: SourceFile): Finding[] {
  const at = (offset: number) => `${pkg.folder}/${file.path}:${String(lineAt(file.text, offset))}`
  const nodes = [...walk(file.program)].flatMap((node) => {
    const what = forbidden[node.type]
    return what !== undefined && applies(file, node) ? [{ where: at(node.start), what }] : []
  })
  const silenced = file.comments
    .filter((comment) => /@ts-(ignore|nocheck)/.test(comment.value))
    .map((comment) => ({ where: at(comment.start), what: '@ts-ignore' }))
  return [...nodes, ...silenced]
}

/** No form that hides a name or a type. */
export const noHiddenForms: Rule = {
  name: 'no default export, export *, enum, any, non-null !, decorator or @ts-ignore',
  because: 'each of them hides a name or a type from the reader, the bundler or the checker',
  check: ({ packages }) =>
    packages.flatMap((pkg) => pkg.sources.flatMap((file) => formsIn(pkg, file))),
}

/** zod is imported as a namespace. */
export const zodIsANamespace: Rule = {
  name: "zod is imported as `import * as z from 'zod'`",
  because:
    '`import { z }` pulls in every locale: the bundle is five times as large and starts slower',
  check: ({ packages }) =>
    packages.flatMap((pkg) =>
      pkg.sources.flatMap((file) =>
        file.imports
          .filter(({ specifier, names }) => /^zod(\/|$)/.test(specifier) && names.includes('z'))
          .map(({ line }) => ({
            where: `${pkg.folder}/${file.path}:${String(line)}`,
            what: 'imports { z }',
          })),
      ),
    ),
}
