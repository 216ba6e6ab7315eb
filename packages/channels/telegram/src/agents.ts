import { type AgentOptions, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { TelegramOptions } from './types.ts'

/** How the Bot API is reached. */
export type Route = Pick<TelegramOptions, 'proxy' | 'autoSelectFamily'> & {
  /** Without a slash at the end. */
  readonly root: string
}

/** What opens connections to the Bot API; `kept` are used again. */
export function agentOf(
  { root, proxy, autoSelectFamily }: Route,
  connections: 'kept' | 'single',
): HttpAgent {
  const options = {
    keepAlive: connections === 'kept',
    ...(autoSelectFamily !== undefined && { autoSelectFamily }),
  }
  if (proxy !== undefined) return tunnel(new URL(proxy), options)
  return root.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
}

/** The password goes in a header: the agent prints the address that it is given where `DEBUG` asks for it. */
function tunnel({ protocol, host, username, password }: URL, options: AgentOptions): HttpAgent {
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers: Record<string, string> =
    user === ':' ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` }
  const agent = new HttpsProxyAgent(`${protocol}//${host}`, { ...options, headers })
  agent.on('proxyConnect', ({ statusCode }: Connected, request: Destroyable) => {
    if (statusCode === 200) return
    // What the proxy says is no answer of the Bot API, and nothing has arrived there.
    request.destroy(Object.assign(new Error('proxy'), { code: `PROXY_${String(statusCode)}` }))
  })
  return agent
}

type Connected = Pick<IncomingMessage, 'statusCode'>
interface Destroyable {
  readonly destroy: (error: Error) => unknown
}
