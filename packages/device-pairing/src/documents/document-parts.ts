import type { DocumentRefusal, Sha256 } from '@openclaw/pairing-contracts'
import type { Sha256Bytes } from '../identity.ts'
import { printable } from '../text.ts'

/** What the files need. */
export interface DeviceDocumentPorts {
  readonly sha256: Sha256
  readonly sha256Bytes: Sha256Bytes
}

/** What the files should know of the program; all optional. */
export interface DeviceDocumentOptions {
  /** How commands begin in hints, such as `openclaw --profile work`; `openclaw` unless given. */
  readonly cli?: string
}

/** Ports and options, ready to be asked. */
export interface DocumentParts extends DeviceDocumentPorts {
  /** A refusal whose way out is that the device asks again. */
  readonly refusal: (subject: string, why: string) => DocumentRefusal
}

/** Puts ports and options together. */
export function documentParts(
  ports: DeviceDocumentPorts,
  { cli = 'openclaw' }: DeviceDocumentOptions,
): DocumentParts {
  return {
    ...ports,
    refusal: (subject, why) => ({
      subject: printable(subject) ?? 'an entry without a name',
      why,
      fix: `Let it connect and ask again, then: ${cli} devices list`,
    }),
  }
}
