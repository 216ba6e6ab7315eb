/**
 * Discord as a pairing channel: what is a direct message, what a sender id, and a connection through the gateway.
 *
 * @packageDocumentation
 */
export { classifyDiscord, type DiscordSelf } from './classify.ts'
export { DISCORD, discordAddress, discordDefinition, parseDiscordSender } from './definition.ts'
export {
  DiscordApiRootInvalid,
  type DiscordError,
  DiscordGatewayRefused,
  DiscordIntentsRefused,
  DiscordNotFound,
  DiscordTokenMalformed,
  DiscordTokenRejected,
  InvalidDiscordSender,
  type SenderProblem,
} from './errors.ts'
export { isDiscordToken } from './token.ts'
