import type { ChannelAddress } from '@openclaw/pairing-contracts'

/** The account as a flag, where one is needed. */
export function accountFlag(address: ChannelAddress): string {
  return address.account === 'default' ? '' : ` --account ${address.account}`
}

/** `openclaw pairing approve telegram ABCD2345`, with the account where it is not the default one. */
export function approveCommandOf(cli: string, address: ChannelAddress, code: string): string {
  return `${cli} pairing approve ${address.channel} ${code}${accountFlag(address)}`
}

/** `openclaw pairing <verb> telegram 123`; the sender is quoted where a shell would take it apart. */
export function senderCommandOf(
  cli: string,
  verb: 'allow' | 'revoke' | 'block' | 'unblock' | 'why',
  sender: ChannelAddress & { readonly senderId: string },
): string {
  return `${cli} pairing ${verb} ${sender.channel} ${shellWord(sender.senderId)}${accountFlag(sender)}`
}

/** `openclaw pairing list telegram`. */
export function listCommandOf(cli: string, address: ChannelAddress): string {
  return `${cli} pairing list ${address.channel}${accountFlag(address)}`
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
