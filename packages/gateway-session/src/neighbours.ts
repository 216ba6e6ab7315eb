/**
 * The networks that a key of a limit belongs to, from its own to ever wider ones: of an IPv6 /64 the /48 and the /32 (a site and
 * its provider), of an IPv4 address the /16. Of anything else only itself.
 */
export function networksOf(limitKey: string): readonly string[] {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(limitKey)
  if (bytes !== null) return [limitKey, `${bytes[1] ?? ''}.${bytes[2] ?? ''}.0.0/16`]
  const groups = /^(([0-9a-f]{1,4}:[0-9a-f]{1,4}):[0-9a-f]{1,4}):[0-9a-f]{1,4}::\/64$/i.exec(
    limitKey,
  )
  if (groups === null) return [limitKey]
  return [limitKey, `${groups[1] ?? ''}::/48`, `${groups[2] ?? ''}::/32`]
}

/**
 * True for a key that names another computer at each gateway: its own loopback, what is on its link, an address that is not known.
 * What is counted under it is told to nobody.
 */
export function isEachOnesOwn(limitKey: string): boolean {
  return /^(?:127\.|0:0:0:0::\/64$|169\.254\.|fe[89ab][0-9a-f]:|unknown$)/i.test(limitKey)
}
