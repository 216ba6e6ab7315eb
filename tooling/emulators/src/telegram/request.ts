import type { IncomingMessage } from 'node:http'
import { bodyOf } from '../loopback.ts'
import type { Params } from './answer.ts'

/** A request to the Bot API, read. */
export interface ApiRequest {
  readonly token: string
  readonly method: string
  readonly params: Params
}

const PATH = /^\/bot([^/]*)\/([^/]+)$/

/** Reads a Bot API request: GET or POST, query, JSON, form or multipart. `undefined`: the path is no method. */
export async function apiRequestOf(request: IncomingMessage): Promise<ApiRequest | undefined> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, token, method] = PATH.exec(decodeURIComponent(url.pathname)) ?? []
  if (token === undefined || method === undefined) return undefined
  const body = await bodyOf(request)
  const type = request.headers['content-type'] ?? ''
  const given = type.includes('json') ? jsonOf(body) : await formOf(body, type)
  return { token, method, params: { ...textParams(url.searchParams), ...given } }
}

const jsonOf = (body: Buffer): Params => (body.length === 0 ? {} : JSON.parse(body.toString()))

async function formOf(body: Buffer, type: string): Promise<Params> {
  if (body.length === 0) return {}
  const headers = { 'content-type': type }
  return textParams(await new Response(new Uint8Array(body), { headers }).formData())
}

/** Form fields are text; those that look like JSON lists, objects or flags are read as such. */
function textParams(fields: Iterable<[string, unknown]>): Params {
  return Object.fromEntries(
    [...fields].map(([key, value]) => {
      const text = String(value)
      const structured = key !== 'text' && /^(?:[[{].*|true|false)$/su.test(text)
      return [key, structured ? JSON.parse(text) : text]
    }),
  )
}
