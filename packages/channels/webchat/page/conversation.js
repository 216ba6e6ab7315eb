import { at, copyRow, element } from './dom.js'

const log = at('log')
const seen = new Set()

/** A text of the conversation, its copyable part marked, its preformatted part in its shape. */
export function entryOf({ from, text, copyable, preformatted }) {
  const entry = element('div', 'entry')
  entry.dataset.from = from
  if (copyable && text === copyable) entry.append(copyRow(copyable, 'this text'))
  else if (preformatted && text.includes(preformatted)) {
    const begin = text.indexOf(preformatted)
    appendMarked(entry, text.slice(0, begin).trimEnd(), copyable)
    entry.append(blockOf(preformatted))
    appendMarked(entry, text.slice(begin + preformatted.length).trimStart(), copyable)
  } else appendMarked(entry, text, copyable)
  return entry
}

function appendMarked(entry, text, copyable) {
  if (!copyable) return entry.append(text)
  text.split(copyable).forEach((part, index) => {
    if (index > 0) entry.append(element('code', '', copyable))
    entry.append(part)
  })
}

/** Lines that keep their shape; a picture of blocks is drawn dark on light, as cameras want it. */
function blockOf(preformatted) {
  const block = element('pre', '', preformatted)
  if (/^[█▀▄ \n]+$/.test(preformatted)) {
    block.dataset.kind = 'picture'
    block.setAttribute('role', 'img')
    block.setAttribute('aria-label', 'QR code')
  }
  return block
}

let isAtEnd = true
log.addEventListener('scroll', () => {
  isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120
})
new ResizeObserver(keepAtEnd).observe(log)

/** The newest stays in view unless the reader is further up. */
function keepAtEnd() {
  if (isAtEnd) log.scrollTop = log.scrollHeight
}

/** Adds to the end; only the sign of an answer to come stays below. */
export function show(node) {
  at('hint').hidden = true
  log.append(node)
  const waiting = log.querySelector('.typing')
  if (waiting !== null) log.append(waiting)
  if (node.dataset.from === 'you') isAtEnd = true
  keepAtEnd()
}

/** Puts a note below an entry. */
export function noteBelow(entry, note) {
  entry.after(note)
  keepAtEnd()
}

/** Says that a text was shown already; the server sends it to this page too. */
export const markSeen = (key) => seen.add(key)

/** A text from the server, shown once however often it comes. */
export function receive(entry) {
  if (seen.has(entry.key)) return
  seen.add(entry.key)
  if (entry.from === 'bot') stopWaiting()
  show(entryOf(entry))
}

/** Shows that an answer is on its way. */
export function startWaiting() {
  if (log.querySelector('.typing') === null)
    show(element('p', 'typing', 'Waiting for the answer …'))
}

/** No answer is on its way any more. */
export const stopWaiting = () => log.querySelector('.typing')?.remove()
