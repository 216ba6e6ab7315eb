/** Headers of every answer that is not the web chat's own. */
export const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const POLICY =
  "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const STYLE = `:root{color-scheme:light dark}
body{max-width:38rem;margin:3rem auto;padding:0 1.25rem;font:1rem/1.6 system-ui,sans-serif}
code{padding:.1em .35em;border-radius:.3em;background:rgb(127 127 127/16%);font-size:.95em}
a{color:inherit;font-weight:600}
dt{margin-top:1rem;opacity:.7}
dd{margin:0}`

/** What the page at `/` names. */
export interface HomeFacts {
  /** Path of the web chat; `undefined` where it is off. */
  readonly chat: string | undefined
  /** How commands begin, such as `npx openclaw`. */
  readonly cli: string
  readonly sha256Base64: (text: string) => string
}

/** The page at `/`: what runs here, and which commands belong to it. No people, no secrets. */
export function homePage({ chat, cli, sha256Base64 }: HomeFacts): Response {
  const rows = [
    chat === undefined ? '' : row('Web chat', `<a href="${escaped(chat)}">${escaped(chat)}</a>`),
    row('Who asks to be let in', `<code>${escaped(cli)} pairing list</code>`),
    row(
      'Let somebody in',
      `<code>${escaped(cli)} pairing approve &lt;channel&gt; &lt;code&gt;</code>`,
    ),
    row('Look after it', `<code>${escaped(cli)} doctor</code>`),
  ]
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>OpenClaw gateway</title><link rel="icon" href="data:,">
<style>${STYLE}</style></head><body>
<h1>OpenClaw gateway</h1>
<p>This gateway lets in only people whom its owner approved. Whoever writes for the first time gets a code.</p>
<dl>${rows.join('')}</dl>
</body></html>
`
  return new Response(html, {
    headers: {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY.replace('{hash}', sha256Base64(STYLE)),
    },
  })
}

const row = (name: string, value: string): string => `<dt>${escaped(name)}</dt><dd>${value}</dd>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)

/** JSON that nobody keeps. */
export function json(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { ...HEADERS, 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}
