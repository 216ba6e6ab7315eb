import type { AccountId, Gate } from '@openclaw/pairing-contracts'
import { classifyTelegram } from './classify.ts'
import { type CodeEntity, codeEntities } from './text.ts'

/** The part of grammY's context that the gate needs. */
export interface GateContext {
  readonly update: object
  readonly reply: (
    text: string,
    other: { entities: CodeEntity[]; link_preview_options: { is_disabled: true } },
  ) => Promise<unknown>
}

/** How {@link telegramGate} works. */
export interface TelegramGateOptions {
  /** The account whose list counts; `default` unless given. */
  readonly account?: string
}

/** Middleware of grammY. */
export type GateMiddleware = (ctx: GateContext, next: () => Promise<void>) => Promise<void>

/**
 * grammY middleware in front of all others: only direct messages of approved people reach what comes after it. A new
 * sender is answered once, with their code. Groups, edits, button presses and everything else that is no direct message
 * go no further; middleware that must see those stands before the gate.
 *
 * @throws what the gate throws: the message is not delivered then, and the error reaches `bot.catch`
 */
export function telegramGate(gate: Gate, options: TelegramGateOptions = {}): GateMiddleware {
  const account = (options.account ?? 'default') as AccountId
  return async (ctx, next) => {
    const outcome = await gate(classifyTelegram(ctx.update, account))
    if (outcome.outcome === 'deliver') return next()
    if (outcome.outcome !== 'challenge' || outcome.reply === undefined) return
    const { text } = outcome.reply
    await ctx.reply(text, {
      entities: [...codeEntities(text, outcome.reply)],
      link_preview_options: { is_disabled: true },
    })
  }
}
