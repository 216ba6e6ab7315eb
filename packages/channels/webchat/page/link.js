import { receive } from './conversation.js'
import { at } from './dom.js'
import { openEvents, RETRY_MS } from './server.js'
import { onState } from './standing.js'

/** Without a sign of life for so long, the connection is dead; the server gives one every 15 s. */
const SILENCE_MS = 40_000

let source
let wanted = false
let lastEventId = ''
let lastSeenAt = 0
let tries = 0

/** Shows how the connection is. */
export function setLink(state, words) {
  const link = at('link')
  link.dataset.link = state
  if (link.textContent !== words) link.textContent = words
}

/** Shows that the server cannot be reached and that the page goes on trying. */
export const showLost = () => setLink('lost', 'Disconnected. Trying again …')

/** Opens the stream of events, in place of the one before. */
export function connect() {
  wanted = true
  source?.close()
  const opened = openEvents(lastEventId)
  source = opened
  lastSeenAt = performance.now()
  listen(opened, 'open', () => {
    tries = 0
    setLink('connected', 'Connected')
  })
  listen(opened, 'entry', (data) => receive(JSON.parse(data)))
  listen(opened, 'state', (data) => onState(JSON.parse(data)))
  listen(opened, 'beat', () => {})
  opened.addEventListener('error', () => {
    if (source !== opened) return
    showLost()
    // The browser comes again by itself where the connection broke, but not where it was refused.
    if (opened.readyState === EventSource.CLOSED) comeAgain()
  })
}

function listen(opened, name, use) {
  opened.addEventListener(name, (event) => {
    lastSeenAt = performance.now()
    if (event.lastEventId) lastEventId = event.lastEventId
    use(event.data)
  })
}

/** The next wait; longer each time until a connection stands. */
export function nextWait() {
  tries += 1
  return RETRY_MS[Math.min(tries, RETRY_MS.length) - 1]
}

function comeAgain() {
  source = undefined
  setTimeout(() => {
    if (source === undefined) connect()
  }, nextWait())
}

/** A connection can die without a word; then the signs of life stop. */
function watch() {
  if (source === undefined || performance.now() - lastSeenAt < SILENCE_MS) return
  showLost()
  connect()
}

/** Keeps the connection alive once it was opened. */
export function watchLink() {
  setInterval(watch, 5000)
  addEventListener('online', () => {
    if (wanted) connect()
  })
}
