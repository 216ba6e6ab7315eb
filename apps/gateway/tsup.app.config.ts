import { nativeAbort } from '@openclaw-pairing/tsup-config'
import { defineConfig } from 'tsup'

/**
 * The gateway as one program, from source: unbundled it starts several times slower. Split, so that a library is read
 * only when its part is used (Telegram, the pretty printer).
 */
export default defineConfig({
  entry: { main: 'src/main.ts' },
  outDir: 'dist/app',
  format: 'esm',
  target: 'node20',
  platform: 'node',
  dts: false,
  clean: true,
  splitting: true,
  minify: true,
  sourcemap: false,
  silent: true,
  noExternal: [/.*/],
  esbuildPlugins: [nativeAbort],
  // CommonJS packages in the bundle still ask for `require` and `__dirname`.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module'",
      "import { dirname as __dirnameOf } from 'node:path'",
      "import { fileURLToPath as __fileOf } from 'node:url'",
      'const require = __createRequire(import.meta.url)',
      'const __filename = __fileOf(import.meta.url)',
      'const __dirname = __dirnameOf(__filename)',
    ].join(';\n'),
  },
  esbuildOptions: (options) => {
    options.conditions = ['@openclaw-pairing/source', ...(options.conditions ?? [])]
    options.legalComments = 'none'
  },
})
