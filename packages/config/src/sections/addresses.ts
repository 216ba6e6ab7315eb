const OCTET = /^(?:0|[1-9]\d{0,2})$/

/** True for an IPv4 or IPv6 address without a zone. */
export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text)
}

/** True for an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (more.length > 0 || !isAddress(address)) return false
  if (bits === undefined) return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIpv4(address) ? 32 : 128)
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => OCTET.test(part) && Number(part) <= 255)
}

/** `URL` knows every spelling of IPv6; an address with a zone or a port it refuses. */
function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]{2,45}$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`)
}
