import {
  appsInApps,
  besideTheDoor,
  flows,
  frontDoor,
  layerOf,
  mayImport,
  neverInFlows,
} from '../layer-table.ts'
import type { Finding, Package, Rule, Workspace } from '../model.ts'
import { packageOf, type SourceFile } from '../source.ts'

interface Edge {
  readonly from: Package
  readonly file: SourceFile
  readonly to: string
  readonly where: string
}

function edges(workspace: Workspace, area: SourceFile['area']): Edge[] {
  const names = new Set(workspace.packages.map((pkg) => pkg.name))
  return workspace.packages.flatMap((from) =>
    from.sources
      .filter((file) => file.area === area)
      .flatMap((file) =>
        file.imports.flatMap(({ specifier, line }) => {
          const to = packageOf(specifier)
          if (to === undefined || !names.has(to) || to === from.name) return []
          return [{ from, file, to, where: `${from.folder}/${file.path}:${String(line)}` }]
        }),
      ),
  )
}

function layerNamed(workspace: Workspace, name: string): string | undefined {
  const folder = workspace.packages.find((pkg) => pkg.name === name)?.folder
  return folder === undefined ? undefined : layerOf[folder]
}

/** The table of layers and the tags that `turbo boundaries` reads say the same. */
export const layersAreTagged: Rule = {
  name: 'every package has its layer',
  because:
    'the tag in turbo.json is what `turbo boundaries` enforces; layer-table.ts is what people read',
  check: ({ packages }) =>
    packages.flatMap((pkg) => {
      const layer = layerOf[pkg.folder] ?? (pkg.folder.startsWith('examples/') ? 'top' : undefined)
      if (layer === undefined) {
        return [{ where: pkg.folder, what: 'is missing in tooling/layers/src/layer-table.ts' }]
      }
      if (pkg.tags.length === 1 && pkg.tags[0] === layer) return []
      return [{ where: `${pkg.folder}/turbo.json`, what: `tags must be ["${layer}"]` }]
    }),
}

/** Source imports point downwards only. */
export const layersPointDown: Rule = {
  name: 'a layer imports only from lower layers, siblings never see each other',
  because: 'whoever swaps or tests one part must not have to load the others',
  check: (workspace) =>
    edges(workspace, 'src').flatMap(({ from, to, where }) => {
      const own = layerOf[from.folder]
      const target = layerNamed(workspace, to)
      if (own === undefined || target === undefined) return []
      const allowed = mayImport[own].some((layer) => layer === target)
      if (allowed || appsInApps[from.folder]?.includes(to) === true) return []
      return [{ where, what: `${own} imports ${to} (${target})` }]
    }),
}

/** What tests and configs may see besides what the code of their layer may. */
const forTests: readonly string[] = ['dev', 'tooling', 'rig']

/** `turbo boundaries` cannot say this: it counts what a rig is made of as seen by whoever uses the rig. */
export const testsStayInTheirLayer: Rule = {
  name: 'tests of a lower layer import what its code may, fakes, rigs and tools',
  because: 'a test that leans on a sibling ties the two together as the code would',
  check: (workspace) =>
    edges(workspace, 'test')
      .filter(({ from }) => /^L[0-2]$/.test(layerOf[from.folder] ?? ''))
      .flatMap(({ from, to, where }) => {
        const own = layerOf[from.folder]
        const target = layerNamed(workspace, to)
        if (own === undefined || target === undefined || forTests.includes(target)) return []
        if (mayImport[own].some((layer) => layer === target)) return []
        return [{ where, what: `a test of ${own} imports ${to} (${target})` }]
      }),
}

/** Flows see ports, never a backend, a channel or the configuration. */
export const flowsKnowPorts: Rule = {
  name: 'flows never import a backend, a channel or the configuration',
  because: 'the rules of pairing must hold on any store and any channel; they get both as ports',
  check: (workspace) =>
    edges(workspace, 'src')
      .filter(({ from }) => flows.includes(from.folder))
      .filter(({ to }) => neverInFlows.some((pattern) => pattern.test(to)))
      .map(({ where, to }) => ({ where, what: `a flow imports ${to}` })),
}

/** Apps come in by the front door. */
export const appsUseTheFrontDoor: Rule = {
  name: 'apps import @openclaw/pairing, its parts and the contracts',
  because: 'an app that composes parts by itself can forget one, such as the gate',
  check: (workspace) => {
    const door = workspace.packages.find((pkg) => pkg.name === frontDoor)
    const parts = new Set([frontDoor, ...Object.keys(door?.manifest.dependencies ?? {})])
    return edges(workspace, 'src')
      .filter(({ from }) => from.folder.startsWith('apps/'))
      .filter(({ to }) => !besideTheDoor.some((pattern) => pattern.test(to)))
      .filter(({ from, to }) => !parts.has(to) && appsInApps[from.folder]?.includes(to) !== true)
      .map(({ where, to }): Finding => ({ where, what: `an app imports ${to}` }))
  },
}

/** What only tests use stays out of what is shipped. */
export const shippedCodeIsCode: Rule = {
  name: 'shipped code never imports test or build tools',
  because: 'fakes, emulators and build settings must never reach production',
  check: (workspace) =>
    edges(workspace, 'src')
      .filter(({ from }) => /^L\d$/.test(layerOf[from.folder] ?? ''))
      .filter(({ to }) => /^(dev|tooling|rig|top)$/.test(layerNamed(workspace, to) ?? ''))
      .map(({ where, to }) => ({ where, what: `imports ${to}` })),
}
