import { defineConfig } from 'tsup'

/** One way to build a library: ESM from each entry; declarations come from `tsc -p tsconfig.build.json`. */
export const library = (entry = ['src/index.ts']) =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'node20',
    dts: false,
    clean: true,
    sourcemap: true,
    splitting: true,
  })

/**
 * Node's own AbortController instead of the copy that the Telegram library brings for older Nodes: its HTTP client knows a
 * signal by the name of its class, which a bundle does not keep.
 */
export const nativeAbort = {
  name: 'native-abort',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^abort-controller$/ }, ({ path }) => ({ path, namespace: 'native-abort' }))
    onLoad({ filter: /.*/, namespace: 'native-abort' }, () => ({
      contents: 'module.exports = { AbortController, AbortSignal }',
    }))
  },
}
