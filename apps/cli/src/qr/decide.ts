import type { Call } from '../args/types.ts'
import { approvedDevice } from '../devices/approved.ts'
import { rejectRequest } from '../devices/rejected.ts'
import { printRequest } from '../devices/request-page.ts'
import { withDevices } from '../devices/session.ts'
import type { NamedRequest } from '../devices/words.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { ask, questionPage } from '../people/ask.ts'
import { granted } from '../people/session.ts'
import { commandLine } from '../remote/options.ts'
import { untilConnected } from './connected.ts'
import type { Interrupt } from './interruptible.ts'
import { sightOf, watch } from './watch.ts'

/** A request that came with a code. */
export interface Arrived {
  readonly setupId: string
  readonly request: NamedRequest
}

/** Shows the device, asks, and does what was said; `look-again`: it is not any more what was shown. */
export async function decideRequest(
  typed: Call,
  { setupId, request }: Arrived,
  interrupt: Interrupt,
): Promise<ExitCode | 'look-again'> {
  // What `--url` names here is no gateway elsewhere.
  const call: Call = { ...typed, values: {} }
  const answer = await answerTo(call, { setupId, request }, interrupt)
  if (answer === 'changed') return 'look-again'
  if (answer === 'reject')
    return withDevices(call, 'write', (session) => rejectRequest(call, session, request))
  if (answer === 'approve') return approve(call, request, interrupt)
  const line = commandLine(call, `devices approve ${safe(request.requestId)}`)
  call.screen.out.line(`Not approved. It stays on the list while the device asks: ${line}`)
  return EXIT.refused
}

type Answer = 'approve' | 'reject' | 'not-now' | 'changed'

/** The question goes away when somebody decides elsewhere, or the device asks for something else. */
async function answerTo(
  call: Call,
  { setupId, request }: Arrived,
  { signal, interrupt }: Interrupt,
): Promise<Answer> {
  const page = questionPage(call)
  if (page === undefined) return 'not-now'
  page.line()
  printRequest(page, { request, scopes: undefined, now: call.world.now() })
  page.line('  y  approve')
  page.line('  n  not now: nothing changes, the request stays on the list')
  page.line('  r  reject: it may ask again in 10 minutes')
  page.line()
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const changed = watch(call, either, async (session) => {
    const sight = await sightOf(session, setupId)
    const isSame = sight.kind === 'asks' && sight.request.digest === request.digest
    return isSame ? undefined : ('changed' as const)
  }).catch(() => undefined)
  const gone = changed.then((news) => {
    if (news !== undefined) over.abort()
    return news
  })
  const said = await ask(call, 'Approve? [y/N/r]', { signal: either, interrupt })
  over.abort()
  signal.throwIfAborted()
  return said === '' && (await gone) === 'changed' ? 'changed' : meaning(said)
}

function meaning(typed: string): Answer {
  if (['y', 'yes', 'approve'].includes(typed)) return 'approve'
  return ['r', 'reject'].includes(typed) ? 'reject' : 'not-now'
}

/** Exactly what was shown. */
async function approve(
  call: Call,
  request: NamedRequest,
  interrupt: Interrupt,
): Promise<ExitCode | 'look-again'> {
  const { requestId, digest } = request
  const options = digest === undefined ? {} : { digest }
  const device = await withDevices(call, 'write', async (session) => {
    const outcome = granted(await session.devices.approve(session.actor, requestId, options))
    if (outcome.outcome !== 'approved') return undefined
    await approvedDevice(call, session, { request, ...outcome })
    return outcome.device
  })
  if (device === undefined) {
    call.screen.err.line('The request is not any more what was shown; nothing was approved.')
    return 'look-again'
  }
  await untilConnected(call, device, interrupt)
  return EXIT.done
}
