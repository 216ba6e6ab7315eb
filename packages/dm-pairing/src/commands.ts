import type { ChannelAddress } from '@openclaw/pairing-contracts'

/** The account as a flag, where one is needed. */
function accountFlag(address: ChannelAddress): string {
  return address.account === 'default' ? '' : ` --account ${address.account}`
}

/** `openclaw pairing approve telegram ABCD2345`, with the account where it is not the default one. */
export function approveCommandOf(cli: string, address: ChannelAddress, code: string): string {
  return `${cli} pairing approve ${address.channel} ${code}${accountFlag(address)}`
}

/** `openclaw pairing allow telegram 123`; the sender is quoted where a shell would take it apart. */
export function allowCommandOf(
  cli: string,
  sender: ChannelAddress & { readonly senderId: string },
): string {
  return `${cli} pairing allow ${sender.channel} ${shellWord(sender.senderId)}${accountFlag(sender)}`
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
