/**
 * The rules of layers, style and package shape, as tests whose messages give the reason.
 *
 * @packageDocumentation
 */
export type { Finding, Manifest, Package, Rule, Workspace } from './model.ts'
export { rules } from './rules.ts'
export { parseSource, type SourceFile } from './source.ts'
export { readWorkspace } from './workspace.ts'
