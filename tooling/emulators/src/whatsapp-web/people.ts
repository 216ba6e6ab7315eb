import type { WaMessage, WaWriting } from './types.ts'

/** The number of person `who`, from 0 on. */
export const waNumberOf = (who: number): string => `+1555${String(1_000_000 + who)}`

/** Their hidden id. */
export const waLidOf = (who: number): string => `lid:${String(90_000_000_000_000 + who)}`

/** The JID of an id. */
export const waJidOf = (id: string): string =>
  id.startsWith('lid:') ? `${id.slice(4)}@lid` : `${id.slice(1)}@s.whatsapp.net`

let count = 0

/** A text of theirs, as baileys gives it. */
export function waMessage(
  who: number,
  text: string,
  { by = 'phone', at }: WaWriting & { readonly at: number },
): WaMessage {
  count += 1
  const [phone, lid] = [waJidOf(waNumberOf(who)), waJidOf(waLidOf(who))]
  const alt = by === 'phone' ? lid : phone
  return {
    key: {
      remoteJid: by === 'phone' ? phone : lid,
      ...(by !== 'hidden' && { remoteJidAlt: alt }),
      fromMe: false,
      id: `3EB0${count.toString(16).toUpperCase().padStart(18, '0')}`,
      participant: '',
      addressingMode: by === 'phone' ? 'pn' : 'lid',
    },
    messageTimestamp: Math.floor(at / 1_000),
    pushName: `Person ${String(who)}`,
    broadcast: false,
    message: { conversation: text },
  }
}
