import { directOf, no, ok, type SlackAnswer, type SlackParams, type SlackState } from './answer.ts'
import { userOf } from './people.ts'
import { post } from './post.ts'

interface Method {
  readonly token: 'botToken' | 'appToken'
  readonly scope?: string
  readonly run: (state: SlackState, params: SlackParams) => SlackAnswer
}

const methods: Readonly<Record<string, Method>> = {
  'auth.test': {
    token: 'botToken',
    run: ({ team, botUser }) =>
      ok({
        url: 'https://emulated.slack.example/',
        team: 'Emulated',
        user: 'emulated_bot',
        team_id: team,
        user_id: botUser,
        bot_id: 'B0EMULATED',
        is_enterprise_install: false,
      }),
  },
  'apps.connections.open': { token: 'appToken', run: ({ ticket }) => ok({ url: ticket() }) },
  'users.info': {
    token: 'botToken',
    scope: 'users:read',
    run: ({ members, team }, { user = '' }) => {
      const member = members.get(user)
      return member ? ok({ user: userOf(member, team) }) : no('user_not_found')
    },
  },
  'conversations.open': {
    token: 'botToken',
    scope: 'im:write',
    run: ({ members, botUser }, { users = '' }) => {
      const member = members.get(users)
      if (users === botUser || member?.isBot) return no('cannot_dm_bot')
      return member ? ok({ channel: { id: directOf(users) } }) : no('user_not_found')
    },
  },
  'chat.postMessage': { token: 'botToken', scope: 'chat:write', run: post },
}

/** Carries one method out, for whoever shows `token`. */
export function callSlackMethod(
  state: SlackState,
  call: { readonly method: string; readonly params: SlackParams; readonly token: string },
): SlackAnswer {
  const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined
  if (method === undefined) return no('unknown_method', { req_method: call.method })
  if (call.token === '') return no('not_authed')
  const { botToken, appToken } = state.tokens
  if (call.token !== botToken && call.token !== appToken) return no('invalid_auth')
  if (call.token !== state.tokens[method.token]) return no('not_allowed_token_type')
  if (method.scope !== undefined && !state.scopes.has(method.scope))
    return no('missing_scope', { needed: method.scope, provided: [...state.scopes].join(',') })
  return method.run(state, call.params)
}
