import type { CredentialStore } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { mergeNames } from '../src/node/merge-names.ts'
import { open, stateDir } from './support.ts'

it('a state with nothing under a former name of a channel has nothing to say', async () => {
  const pairing = await open(await stateDir())
  expect(pairing.unmerged).toBeUndefined()
  await pairing.close()
})

it('what could not be moved is named with the reason, and the state opens all the same', async () => {
  const error = new Error('the disk is full')
  const left = { key: 'bluebubbles/default/+15551234567', value: { state: 'allowed' } }
  const store = {
    view: () => ({ entries: () => [left] }),
    transact: () => Promise.reject(error),
  } as unknown as CredentialStore
  expect(await mergeNames(store, 'write')).toEqual({ names: ['bluebubbles'], error })
  expect(await mergeNames(store, 'read')).toEqual({ names: ['bluebubbles'], error: undefined })
})
