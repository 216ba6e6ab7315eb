// The page of the web chat. Everything that comes from elsewhere becomes text, never markup.
import { entryOf, markSeen, noteBelow, show, startWaiting, stopWaiting } from './conversation.js'
import { at, button, element } from './dom.js'
import { connect, nextWait, setLink, showLost, watchLink } from './link.js'
import { pause, RETRY_MS, request } from './server.js'
import {
  cookiesBlocked,
  hold,
  isAllowed,
  moment,
  onState,
  release,
  watchStanding,
} from './standing.js'

const [composer, text, problem] = [at('composer'), at('text'), at('problem')]
let visitor = null

function become(known) {
  if (known === visitor) return
  visitor = known
  connect()
}

/** False when the browser keeps no cookie: only a second look shows that. */
async function ensureSession() {
  if (visitor !== null) return true
  const answer = await request('/session', {})
  if (!answer.ok) throw Object.assign(new Error('refused'), { answer })
  const { visitor: known } = await request('/state')
  if (known) become(known)
  return Boolean(known)
}

function drawId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Settles when nothing is being tried again: later messages do not overtake an earlier one. */
let clear = Promise.resolve()

/** Posts until the server has it; with the same id each time, so it stays one message. */
async function post(message) {
  await clear
  const answer = await tryPost(message)
  if (isFinal(answer)) return answer
  const again = postAgain(message, answer)
  clear = again.then(() => {})
  return again
}

const isFinal = ({ code, status }) =>
  code === 'no-identity' || (status !== undefined && status !== 503)

async function postAgain(message, first) {
  let answer = first
  for (const wait of RETRY_MS) {
    await pause(wait)
    answer = await tryPost(message)
    if (isFinal(answer)) return answer
  }
  return answer
}

async function tryPost(message) {
  try {
    if (!(await ensureSession())) return { code: 'no-identity' }
    if (isAllowed()) startWaiting()
    return await request('/messages', message)
  } catch (error) {
    if (error.answer) return error.answer
    stopWaiting()
    showLost()
    return { text: 'The chat cannot be reached. Check your connection, then try again.' }
  }
}

async function say(words, id = drawId()) {
  markSeen(id)
  const entry = entryOf({ from: 'you', text: words })
  entry.dataset.sent = 'no'
  show(entry)
  problem.hidden = true
  const postedAt = moment()
  const answer = await post({ id, text: words })
  stopWaiting()
  if (!answer.ok) return notSent(entry, { id, words }, answer)
  entry.dataset.sent = 'yes'
  become(answer.visitor)
  onState(answer, { postedAt })
  // Not how the visitor stands now: the owner may have approved since it was turned away.
  if (!answer.passedOn) hold(words)
}

function notSent(entry, { id, words }, answer) {
  if (answer.code === 'no-identity') {
    entry.remove()
    return noCookies()
  }
  const note = element('p', 'entry-note', 'Not sent. ')
  const again = button('Try again', () => {
    note.remove()
    entry.remove()
    void say(words, id)
  })
  note.append(again)
  noteBelow(entry, note)
  const wait = answer.retryAfter ? ` (In about ${span(answer.retryAfter)}.)` : ''
  problem.textContent = (answer.text ?? 'That did not work.') + wait
  problem.hidden = false
}

const span = (seconds) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`

function noCookies() {
  cookiesBlocked()
  setLink('lost', 'Cookies are blocked')
  text.disabled = true
  at('send').disabled = true
}

function grow() {
  text.style.height = 'auto'
  text.style.height = `${text.scrollHeight + 2}px`
}

composer.addEventListener('submit', (event) => {
  event.preventDefault()
  const words = text.value.trim()
  if (words === '') return
  text.value = ''
  grow()
  if (isAllowed()) release()
  void say(words)
})

text.addEventListener('input', grow)
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  composer.requestSubmit()
})

async function start() {
  if (!navigator.cookieEnabled) return noCookies()
  const now = await request('/state').catch(() => ({ ok: false }))
  if (!now.ok) {
    showLost()
    setTimeout(start, nextWait())
    return
  }
  onState(now)
  if (now.visitor) become(now.visitor)
  else setLink('ready', 'Ready')
}

watchStanding((words) => void say(words))
watchLink()
void start()
text.focus()
