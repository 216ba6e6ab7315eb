import { isName } from '../words.ts'
import type { PairingNeeded } from './client-types.ts'
import type { GatewayRefused } from './request-errors.ts'

/** What to tell an embedder about a refusal; `undefined` where no owner can help. */
export function pairingNeeded(
  problem: GatewayRefused,
  deviceId: string,
): PairingNeeded | undefined {
  if (problem.advice.action !== 'wait-for-approval') return undefined
  const { requestId } = problem.advice
  const reason = reasonOf(problem.details)
  return {
    code: problem.detailCode ?? 'PAIRING_REQUIRED',
    deviceId,
    ...(requestId === undefined ? {} : { requestId }),
    ...(reason === undefined ? {} : { reason }),
    approveCommand: approveCommand(requestId),
  }
}

/** A person will paste it: an id that a shell could read as more than a word is left for them to look up. */
function approveCommand(requestId: string | undefined): string {
  return isName(requestId) ? `openclaw devices approve ${requestId}` : 'openclaw devices list'
}

function reasonOf(details: GatewayRefused['details']): string | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined
  const reason = Object.entries(details).find(([key]) => key === 'reason')?.[1]
  return isName(reason) ? reason : undefined
}
