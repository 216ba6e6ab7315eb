export { discordConnection } from './connection.ts'
export { DISCORD_TIMING, type DiscordTiming } from './limits.ts'
export type { DiscordOptions } from './types.ts'
