/** Replaces known secrets in text. */
export interface Secrets {
  /** Takes over what must never be written; empty and very short ones are left out: they would blacken ordinary words. */
  readonly hide: (secrets: readonly (string | undefined)[]) => void
  readonly redact: (text: string) => string
}

const SHORTEST = 8

/** Knows no secret yet. */
export function knownSecrets(): Secrets {
  const hidden = new Set<string>()
  return {
    hide: (secrets) => {
      for (const secret of secrets) {
        if (secret !== undefined && secret.length >= SHORTEST) hidden.add(secret)
      }
    },
    redact: (text) => {
      let clean = text
      for (const secret of hidden) clean = clean.replaceAll(secret, '[secret]')
      return clean
    },
  }
}
