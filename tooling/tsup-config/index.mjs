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
