import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WaEmulator } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type LoginOptions,
  type LoginStep,
  linkAccount,
  nodeSession,
  type SessionPlace,
  unlinkAccount,
} from '../src/web.ts'
import {
  account,
  clock,
  closeAll,
  emulate,
  folder,
  libraryOf,
  linkedSession,
  quick,
  until,
} from './web/bench.ts'

afterEach(closeAll)

const SELF = '+15550000000'

async function optionsOf(
  emulator: WaEmulator,
  session: SessionPlace,
): Promise<LoginOptions & { readonly lines: string[] }> {
  const lines: string[] = []
  return {
    ...{ account, clock, session, lines, timing: quick, webSocketUrl: emulator.url },
    library: await libraryOf(emulator),
    log: (_, event) => void lines.push(event),
  }
}

interface Login {
  readonly steps: LoginStep[]
  readonly outcome: ReturnType<typeof linkAccount>
  readonly stop: () => void
}

async function login(emulator: WaEmulator, session: SessionPlace): Promise<Login> {
  const steps: LoginStep[] = []
  const abort = new AbortController()
  const options = await optionsOf(emulator, session)
  const tell = (step: LoginStep): void => {
    steps.push(step)
    // The new session is another one.
    if (step.kind === 'ended') emulator.turnAway(undefined)
  }
  const outcome = linkAccount(options, tell, abort.signal)
  outcome.catch(() => {})
  return { steps, outcome, stop: () => abort.abort() }
}

const newSession = async (): Promise<SessionPlace> =>
  nodeSession(join(await folder(), 'whatsapp', 'default'))

/** What lies beside and in the folder of a session. */
const around = async ({ files }: SessionPlace): Promise<string[]> =>
  (await readdir(dirname(files.folder))).sort()

describe('linking', () => {
  it('shows a code, another one later, and leaves a session when the phone has scanned it', async () => {
    const emulator = await emulate()
    const session = await newSession()
    const { steps, outcome } = await login(emulator, session)
    await until(() => steps.length === 1, 'a code')
    expect(await session.files.read('creds.json')).toBeUndefined()
    emulator.nextQr()
    await until(() => steps.length === 2, 'the next code')
    emulator.scan()
    expect(await outcome).toEqual({ outcome: 'linked', as: SELF })
    expect(steps.map(({ kind }) => kind)).toEqual(['qr', 'qr', 'scanned'])
    expect(new Set(steps.map((step) => 'text' in step && step.text)).size).toBe(3)
    expect(await session.files.read('creds.json')).toContain('15550000000')
    expect(await around(session)).toEqual(['default'])
  }, 10_000)

  it('that somebody stops leaves nothing', async () => {
    const emulator = await emulate()
    const session = await newSession()
    const { steps, outcome, stop } = await login(emulator, session)
    await until(() => steps.length === 1, 'a code')
    stop()
    expect(await outcome).toEqual({ outcome: 'stopped' })
    expect(await around(session)).toEqual([])
  })

  it('that somebody stops when the phone has scanned the code is kept: the device exists', async () => {
    const emulator = await emulate()
    const session = await newSession()
    const { steps, outcome, stop } = await login(emulator, session)
    await until(() => steps.length === 1, 'a code')
    emulator.say({ kind: 'pair', me: { id: '15550000000:1@s.whatsapp.net' } })
    await until(() => steps.length === 2, 'the scan')
    stop()
    expect(await outcome).toEqual({ outcome: 'linked', as: SELF })
    expect(await session.files.read('creds.json')).toContain('15550000000')
  })

  it('asks for new codes when nobody scans, and gives up in the end', async () => {
    const emulator = await emulate()
    const session = await newSession()
    const { steps, outcome } = await login(emulator, session)
    for (let lot = 1; lot <= 4; lot += 1) {
      await until(() => steps.length === lot, 'a code')
      emulator.say({ kind: 'close', code: 408, reason: 'QR refs attempts ended' })
    }
    expect(await outcome).toEqual({ outcome: 'not-scanned' })
    expect(await around(session)).toEqual([])
  })

  it('fails with the reason when WhatsApp cannot be reached', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const session = await newSession()
    const { outcome } = await login(emulator, session)
    expect(await outcome).toMatchObject({ outcome: 'failed' })
    expect(await around(session)).toEqual([])
  })

  it('is refused while the session is in use', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    await session.lock()
    const { outcome } = await login(emulator, session)
    expect(await outcome).toEqual({ outcome: 'in-use' })
  })

  it('finds a session that works, and changes nothing', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const { outcome } = await login(emulator, session)
    expect(await outcome).toEqual({ outcome: 'already-linked', as: SELF })
    expect(await around(session)).toEqual(['default'])
  }, 10_000)

  it('moves a session aside that WhatsApp has ended, once the new one stands', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const before = await session.files.read('creds.json')
    emulator.turnAway(401)
    const { steps, outcome } = await login(emulator, session)
    await until(() => steps.length === 2, 'a code')
    expect(steps.map(({ kind }) => kind)).toEqual(['ended', 'qr'])
    expect(await session.files.read('creds.json')).toBe(before)
    emulator.scan()
    expect(await outcome).toMatchObject({ outcome: 'linked' })
    const [now, old = ''] = await around(session)
    expect([now, old]).toEqual(['default', expect.stringMatching(/^default\.old-\d+$/)])
    expect(await readdir(join(dirname(session.files.folder), old))).toContain('creds.json')
  }, 10_000)

  it('takes the place of a damaged session', async () => {
    const emulator = await emulate()
    const session = await newSession()
    await session.files.change([{ name: 'creds.json', text: '{' }])
    const { steps, outcome } = await login(emulator, session)
    await until(() => steps.length === 1, 'a code')
    emulator.scan()
    expect(await outcome).toMatchObject({ outcome: 'linked' })
    expect((await around(session)).length).toBe(2)
  }, 10_000)

  it('leaves nothing that the library writes when it is over', async () => {
    const session = await newSession()
    await session.lock()
    for (const end of ['adopt', 'discard'] as const) {
      const staging = await session.staging()
      await staging.files.change([{ name: 'creds.json', text: end }])
      await (end === 'adopt' ? staging.adopt(clock.now()) : staging.discard())
      await staging.files.change([{ name: 'session-1.json', text: 'late' }])
    }
    expect(await around(session)).toEqual(['default', 'default.lock'])
    expect(await readdir(session.files.folder)).toEqual(['creds.json'])
  })

  it('clears what an earlier attempt left that was killed', async () => {
    const emulator = await emulate()
    const session = await newSession()
    const left = nodeSession(`${session.files.folder}.linking-1`)
    await left.files.change([{ name: 'creds.json', text: '{}' }])
    const { steps, outcome, stop } = await login(emulator, session)
    await until(() => steps.length === 1, 'a code')
    stop()
    await outcome
    expect(await around(session)).toEqual([])
  })
})

const never = new AbortController().signal

describe('a folder that holds other things too', () => {
  const others = ['oauth.json', 'telegram-pairing.json', 'whatsapp-default-allowFrom.json', 'a.pdf']

  async function sharedSession(emulator: WaEmulator): Promise<SessionPlace> {
    const session = await linkedSession(emulator)
    const { folder: path } = session.files
    for (const name of [...others, 'session-1.0.json']) await writeFile(join(path, name), '{}')
    await mkdir(join(path, 'whatsapp'))
    return session
  }

  it('keeps them when the session is ended', async () => {
    const emulator = await emulate()
    const session = await sharedSession(emulator)
    const outcome = await unlinkAccount(await optionsOf(emulator, session), never)
    expect(outcome).toMatchObject({ outcome: 'logged-out' })
    expect((await readdir(session.files.folder)).sort()).toEqual([...others, 'whatsapp'].sort())
  })

  it('is not moved aside for a new session', async () => {
    const emulator = await emulate()
    const session = await sharedSession(emulator)
    const before = await readdir(session.files.folder)
    emulator.turnAway(401)
    const { outcome } = await login(emulator, session)
    await expect(outcome).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_FOLDER_SHARED' })
    expect((await readdir(session.files.folder)).sort()).toEqual(before.sort())
  })
})

describe('unlinking', () => {
  it('tells WhatsApp, and deletes the session', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const outcome = await unlinkAccount(await optionsOf(emulator, session), never)
    expect(outcome).toEqual({ outcome: 'logged-out', as: SELF, told: 'yes' })
    expect(emulator.loggedOut()).toBe(1)
    expect(await around(session)).toEqual([])
  })

  it('deletes the session without WhatsApp too, and says that the phone still lists the device', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    await emulator.pause()
    const outcome = await unlinkAccount(await optionsOf(emulator, session), never)
    expect(outcome).toEqual({ outcome: 'logged-out', as: SELF, told: 'no' })
    expect(await around(session)).toEqual([])
  })

  it('is not needed where nothing is linked, and refused while the session is in use', async () => {
    const emulator = await emulate()
    const options = await optionsOf(emulator, await newSession())
    expect(await unlinkAccount(options, never)).toEqual({ outcome: 'not-linked' })
    const session = await linkedSession(emulator)
    await session.lock()
    expect(await unlinkAccount(await optionsOf(emulator, session), never)).toEqual({
      outcome: 'in-use',
    })
  })
})
