import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { readConfig } from '../config.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { warnConfig } from '../people/warnings.ts'
import { findAddress } from '../qr/address.ts'
import { listCodes, withdrawNamed } from '../qr/codes.ts'
import { type Interrupt, interruptible } from '../qr/interruptible.ts'
import { makeCode, withdrawCode } from '../qr/make.ts'
import { qrOptions, readWish } from '../qr/options.ts'
import { type Showing, showCode } from '../qr/show.ts'
import { requireSetupCodes } from '../qr/switched-off.ts'
import { waitForDevice } from '../qr/wait.ts'
import { withdrawnPage } from '../qr/withdrawn.ts'

/** `qr`. */
export const command: Command = {
  usage: ['qr [--png <file>] [--svg [<file>]] [--url <address>] [--no-wait]'],
  about:
    'Makes a setup code for one phone or node, as a QR code and as text, and waits: shows the device that comes with it, asks you, and says when it is connected. The code lets a device ask, nothing more; it holds a secret of its own that ends after 10 minutes, never the one of the gateway. Ctrl-C withdraws it. With --json, --setup-code-only, --svg to stdout or no terminal it does not wait, and the code stays good.',
  options: qrOptions,
  words: { min: 0, max: 0 },
  examples: [
    { line: 'qr', what: 'show the code, wait for the phone, decide' },
    { line: 'qr --url wss://gateway.example.org', what: 'with another address' },
    { line: 'qr --png qr.png --no-wait', what: 'a picture to pass on' },
    { line: 'qr --setup-code-only', what: 'for a script, or another machine’s node join' },
  ],
  run: qr,
}

async function qr(call: Call): Promise<ExitCode> {
  const setupId = text(call, 'withdraw')
  if (setupId !== undefined) return withdrawNamed(call, setupId)
  if (given(call, 'list')) return listCodes(call)
  const wish = readWish(call)
  // Before anything is made: what cannot be told to a device needs no code.
  const config = await readConfig(call)
  warnConfig(call, config)
  requireSetupCodes(config)
  const address = await findAddress(call, config, wish.address)
  return interruptible((interrupt) => make(call, { wish, address }, interrupt))
}

async function make(
  call: Call,
  asked: Omit<Showing, 'made'>,
  interrupt: Interrupt,
): Promise<ExitCode> {
  const made = await makeCode(call, asked.address.urls)
  try {
    await showCode(call, { made, ...asked })
    if (asked.wish.waits === 'no') return EXIT.done
    return await waitForDevice(call, made, interrupt)
  } catch (error) {
    const isGone = await withdrawCode(call, made)
    if (!interrupt.signal.aborted) throw error
    if (isGone) await withdrawnPage(call, made)
    return EXIT.refused
  }
}
