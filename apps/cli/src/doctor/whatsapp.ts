import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config, WhatsappCloudKey } from '@openclaw/pairing-config'
import { placeWords } from '../people/places.ts'
import type { Finding } from './finding.ts'

const NAMES: readonly (readonly [key: WhatsappCloudKey, name: string])[] = [
  ['phoneNumberId', 'the phone number ID (WhatsApp → API Setup)'],
  ['accessToken', 'an access token (EAA…, of a system user)'],
  ['appSecret', 'the app secret (App settings → Basic)'],
  ['verifyToken', 'a verify token (a word of your own, the same as at WhatsApp → Configuration)'],
]

/** A business number that lacks a key. */
export function cloudFinding({ account, cloud }: Config['whatsapp'][number]): readonly Finding[] {
  const missing = NAMES.flatMap(([key, name]) =>
    cloud !== undefined && cloud[key] === undefined
      ? [`${name} into ${cloud.sourceOf[key] ?? `channels.whatsapp.cloud.${key}`}`]
      : [],
  )
  if (missing.length === 0) return []
  return [
    {
      id: 'whatsapp-key',
      severity: 'warning',
      subject: `channels.whatsapp (${account})`,
      problem: 'a key that the Cloud API needs is not there or cannot be used',
      consequence: 'a gateway does not connect to WhatsApp for this account',
      fix: `at https://developers.facebook.com/apps → your app, get and put ${missing.join(', and ')}`,
    },
  ]
}

/** What linked devices need that is not installed; a look only, nothing of it is loaded. */
export async function libraryFindings({ paths, whatsapp }: Config): Promise<readonly Finding[]> {
  const linked = whatsapp.filter(({ enabled, authDir }) => enabled && authDir !== undefined)
  if (linked.length === 0) return []
  const { findLibrary, installCommand } = await import('../whatsapp-app.ts')
  const { stateDir } = paths
  const program = fileURLToPath(import.meta.url)
  if ((await findLibrary({ stateDir, program })) !== undefined) return []
  return [
    {
      id: 'whatsapp-library',
      severity: 'warning',
      subject: `channels.whatsapp (${linked.map(({ account }) => account).join(', ')})`,
      problem: 'baileys, which a linked device speaks WhatsApp with, is not installed',
      consequence:
        'a gateway does not connect to WhatsApp for this account, until it is installed and the gateway started again',
      fix: installCommand(stateDir),
    },
  ]
}

/** A linked device that nobody has linked yet. */
export function linkFinding({
  account,
  authDir,
  channel,
}: Config['whatsapp'][number]): readonly Finding[] {
  if (authDir === undefined || existsSync(join(authDir, 'creds.json'))) return []
  return [
    {
      id: 'whatsapp-not-linked',
      severity: 'warning',
      subject: `channels.whatsapp (${account})`,
      problem: `no phone is linked: there is no session in ${authDir}`,
      consequence: 'a gateway waits, and connects to WhatsApp when there is one',
      fix: `openclaw channels login ${placeWords({ channel, account })}`,
    },
  ]
}
