import type { Sha256 } from '@openclaw/pairing-contracts'
import { assets, html } from './page-files.ts'
import { wrongMethod } from './refusals.ts'
import { refuse, respond } from './respond.ts'

/** Answers a request for one file of the page. */
export type PageFile = (request: Request) => Response

/** Nothing but this server's own script and style runs or loads; nobody may frame the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

/** The page's files by their path below the mount. All but the page lie below their hash and may be kept for ever. */
export function pageFiles(mount: string, sha256: Sha256): ReadonlyMap<string, PageFile> {
  const version = sha256(JSON.stringify(assets)).slice(0, 16)
  const page = html.replaceAll('{mount}', mount).replaceAll('{version}', version)
  const index = file(page, 'text/html', {
    etag: `"${sha256(page).slice(0, 16)}"`,
    cache: 'no-cache',
  })
  const kept = { etag: `"${version}"`, cache: 'public, max-age=31536000, immutable' }
  return new Map([
    ['', index],
    ['/', index],
    ...Object.entries(assets).map(([name, body]): [string, PageFile] => [
      `/${version}/${name}`,
      file(body, types[name.split('.')[1] ?? ''] ?? 'text/plain', kept),
    ]),
  ])
}

interface Caching {
  readonly etag: string
  readonly cache: string
}

function file(body: string, type: string, { etag, cache }: Caching): PageFile {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': POLICY,
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cache-control': cache,
    etag,
  }
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(wrongMethod('GET, HEAD'))
    if (request.headers.get('if-none-match') === etag) return respond(null, 304, headers)
    return respond(request.method === 'HEAD' ? null : body, 200, headers)
  }
}
