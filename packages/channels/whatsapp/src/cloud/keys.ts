import { type CloudKey, WhatsappKeyMalformed } from '../errors.ts'

const FORMS: Readonly<Record<CloudKey, RegExp>> = {
  phoneNumberId: /^[1-9]\d{4,24}$/,
  accessToken: /^[\x21-\x7e]{20,1024}$/,
  appSecret: /^[0-9a-f]{32}$/i,
  verifyToken: /^[\x21-\x7e]{8,256}$/,
}

/** Looks at the form of each key; whether Meta knows it is another matter. @throws {@link WhatsappKeyMalformed} */
export function checkKeys(keys: Readonly<Record<CloudKey, string>>): void {
  for (const key of Object.keys(FORMS) as CloudKey[]) {
    if (!FORMS[key].test(keys[key])) throw new WhatsappKeyMalformed(key)
  }
}
