import * as z from 'zod'
import { checker } from '../check.ts'
import { MAX_SETUP_URLS } from '../limits.ts'
import { ClientFileNotWritten, PlaceUnreadable } from './file-errors.ts'
import type { GatewayPlace } from './gateway-place.ts'
import { parseJson, readPrivateFile, replacePrivateFile } from './private-file.ts'

const checkPlace = checker<GatewayPlace>(
  z.looseObject({
    version: z.literal(1),
    url: z.string(),
    urls: z.array(z.string()).max(MAX_SETUP_URLS).exactOptional(),
    tlsFingerprint: z.string().exactOptional(),
    displayName: z.string().exactOptional(),
    credential: z.literal('key').exactOptional(),
  }),
)

/** Where a joined device keeps where its gateway is. */
export interface PlaceFile {
  /** `undefined` where nothing was kept; rejects with `PlaceUnreadable`: unreadable is not empty. */
  readonly load: () => Promise<GatewayPlace | undefined>
  /** Durable when it resolves; rejects with `ClientFileNotWritten`, and what stood there still stands. */
  readonly save: (place: GatewayPlace) => Promise<void>
}

/** A place in a file such as `node/gateway.json`, mode 0600. It holds no secret. */
export function placeFile(path: string): PlaceFile {
  return {
    load: async () => {
      const found = await readPrivateFile(path)
      if (found.found === 'nothing') return undefined
      if (found.found === 'fault') throw new PlaceUnreadable(path, found.why, found.cause)
      const checked = checkPlace(parseJson(found.text))
      if (!checked.ok) throw new PlaceUnreadable(path, checked.problem)
      return placeAlone(checked.value)
    },
    save: async (place) => {
      const text = `${JSON.stringify({ version: 1, ...placeAlone(place) }, null, 2)}\n`
      await replacePrivateFile(path, text).catch((cause: unknown) => {
        throw new ClientFileNotWritten(path, cause)
      })
    },
  }
}

/** Nothing else that came along is written: it may be a secret. */
function placeAlone(place: GatewayPlace): GatewayPlace {
  const { url, urls, tlsFingerprint, displayName, credential } = place
  return {
    url,
    ...(urls === undefined ? {} : { urls }),
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(credential === undefined ? {} : { credential }),
  }
}
