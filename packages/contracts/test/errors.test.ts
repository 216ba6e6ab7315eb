import { describe, expect, it } from 'vitest'
import { isOpenClawError, OpenClawError } from '../src/index.ts'

class MailboxClosed extends OpenClawError {
  override readonly name = 'MailboxClosed'
  readonly code = 'ERR_MAILBOX_CLOSED'
}

describe('isOpenClawError', () => {
  it('knows an error of this project, with its hint and cause', () => {
    const cause = new Error('EACCES')
    const error = new MailboxClosed('closed', { hint: 'open it first', cause })
    expect(isOpenClawError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'ERR_MAILBOX_CLOSED', hint: 'open it first', cause })
  })

  it('knows one that another copy of the package made', () => {
    const foreign = Object.assign(new Error('closed'), {
      code: 'ERR_MAILBOX_CLOSED',
      hint: undefined,
    })
    expect(isOpenClawError(foreign)).toBe(true)
  })

  it.each([
    ['a system error', Object.assign(new Error('no file'), { code: 'ENOENT' })],
    ['a Node error', Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['a plain object', { code: 'ERR_X', hint: undefined, message: 'x' }],
    ['nothing', undefined],
  ])('does not take %s for one', (_what, value) => {
    expect(isOpenClawError(value)).toBe(false)
  })
})
