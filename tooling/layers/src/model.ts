import type { SourceFile } from './source.ts'

/** The parts of a `package.json` that rules look at. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: {
    readonly access?: string
    readonly exports?: Readonly<Record<string, unknown>>
  }
  readonly files?: readonly string[]
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One package of the workspace, read from disk. */
export interface Package {
  readonly name: string
  /** From the root, with slashes: `packages/channels/telegram`. */
  readonly folder: string
  readonly manifest: Manifest
  /** From its `turbo.json`. */
  readonly tags: readonly string[]
  readonly readme: string | undefined
  readonly changelog: boolean
  readonly licenseFile: boolean
  /** Texts of `tsconfig*.json`, joined. */
  readonly tsconfigs: string
  readonly sources: readonly SourceFile[]
}

/** All packages of the repository. */
export interface Workspace {
  readonly packages: readonly Package[]
  /** The environment flags that `npm run test:nightly` raises. */
  readonly nightlyFlags: readonly string[]
  /** The text of `ARCHITECTURE.md`. */
  readonly architecture: string
  /** Links of the documents at the root and of each README that lead nowhere: `file: target`. */
  readonly deadLinks: readonly Finding[]
  /** What the root's manifest installs. */
  readonly rootDependencies: readonly string[]
}

/** One thing that breaks a rule. */
export interface Finding {
  /** `folder/file:line`, or a folder. */
  readonly where: string
  /** What is wrong there. */
  readonly what: string
}

/** A rule: its name, the reason for it, and how to find what breaks it. */
export interface Rule {
  readonly name: string
  /** Why the rule exists; printed with each finding. */
  readonly because: string
  readonly check: (workspace: Workspace) => readonly Finding[]
}

/** True for what users install: no `private` in its manifest. */
export function isPublished(pkg: Package): boolean {
  return pkg.manifest.private !== true
}
