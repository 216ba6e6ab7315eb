// Puts the page's files into src/page-files.ts, so that the package reads no file at run time.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')
const names = readdirSync(new URL('.', import.meta.url)).sort()
const assets = names.filter((name) => /\.(css|js|svg)$/.test(name))

const source = [
  '// biome-ignore-all format: made by page/embed.mjs from the files in page/',
  '// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the same',
  '/** The page; `{mount}` and `{version}` are filled in. */',
  `export const html: string = ${JSON.stringify(read('index.html'))}`,
  '/** Its script, style and icon by file name. */',
  'export const assets: Readonly<Record<string, string>> = {',
  ...assets.map((name) => `  '${name}': ${JSON.stringify(read(name))},`),
  '}',
  '',
].join('\n')

if (process.argv.includes('--print')) process.stdout.write(source)
else writeFileSync(new URL('../src/page-files.ts', import.meta.url), source)
