import { at, button, copyRow, element } from './dom.js'

const panel = at('panel')
const held = []
let standing = { state: 'none' }
let newest = { run: '', number: 0 }
let changes = 0
let endsAt = 0
let sendAgain = () => {}

const waiting = ({ code, command }) => ({
  tone: 'wait',
  title: 'Waiting for approval',
  text: code
    ? 'Give this code to the owner of the assistant. Until they approve, your messages are not passed on.'
    : 'The owner of the assistant has to let you in. Until then, your messages are not passed on.',
  rows: [
    ...(code ? [copyRow(code, 'the code', 'large')] : []),
    ...(command ? [copyRow(command, 'the command for the owner')] : []),
  ],
})

const approved = () => ({
  tone: 'good',
  title: 'You are approved',
  text:
    held.length === 1
      ? 'This was not passed on. Send it again, or write something new.'
      : 'These were not passed on. Send them again, or write something new.',
  rows: [
    ...held.map((words) => element('p', 'held', words)),
    button(held.length === 1 ? 'Send it again' : 'Send them again', () => release(true)),
  ],
})

const welcome = () => ({
  tone: 'good',
  title: 'You are approved',
  text: 'Write your message.',
  rows: [],
})

const closed = () => ({
  tone: 'bad',
  title: 'Not passed on',
  text: 'Your messages do not reach the assistant at the moment. Please try again later.',
  rows: [],
})

const ended = () => ({
  tone: 'bad',
  title: 'Not approved',
  text: 'The request is over, or the owner decided otherwise. You can write again later.',
  rows: [],
})

const cookies = () => ({
  tone: 'bad',
  title: 'Cookies are blocked',
  text: 'This chat recognises you by a cookie. Allow cookies for this site, then reload the page.',
  rows: [],
})

function showPanel(kind) {
  panel.hidden = kind === undefined
  if (kind === undefined) return
  const { tone, title, text, rows } = kind(standing)
  panel.dataset.tone = tone
  at('panel-left').hidden = kind !== waiting
  // Written only when it changes: it is read out loud each time.
  if (at('panel-title').textContent !== title) at('panel-title').textContent = title
  at('panel-text').textContent = text
  at('panel-rows').replaceChildren(...rows)
}

/** Events and answers travel apart; an earlier one that comes later is out of date. */
function isOld({ order }) {
  if (order === undefined) return false
  if (order.run === newest.run && order.number < newest.number) return true
  newest = order
  return false
}

/** A number that grows each time the visitor stands otherwise. */
export const moment = () => changes

/**
 * Takes over how the visitor stands. `postedAt`: the moment of the message that this answers; when nothing changed
 * since, it says where the message went.
 */
export function onState(next, { postedAt } = {}) {
  if (isOld(next)) return
  const before = standing
  if (before.state !== next.state) changes += 1
  standing = next
  endsAt = performance.now() + (next.remainingMs ?? 0)
  tick()
  if (next.state === 'pending') {
    if (before.state !== 'pending' || before.code !== next.code || panel.hidden) showPanel(waiting)
  } else if (next.state === 'allowed') {
    if (before.state === 'allowed') return
    const panelOf = before.state === 'pending' ? welcome : undefined
    showPanel(held.length > 0 ? approved : panelOf)
  } else if (before.state !== 'none') {
    showPanel(ended)
  } else if (postedAt === changes) {
    showPanel(closed)
  }
}

function tick() {
  if (standing.state !== 'pending') return
  const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))
  const seconds = left > 0 ? `${left} s left` : 'ending …'
  at('panel-left').textContent = left >= 60 ? `${Math.floor(left / 60)} min left` : seconds
}

/** True while messages reach the agent. */
export const isAllowed = () => standing.state === 'allowed'

/** Remembers a message that was not passed on, so that it can be sent again after the approval. */
export function hold(text) {
  held.push(text)
  if (held.length > 3) held.shift()
  // the approval was faster than the answer to the message
  if (isAllowed()) showPanel(approved)
}

/** The visitor writes on: what was held is sent again, or let go. */
export function release(again) {
  const texts = held.splice(0)
  if (isAllowed()) showPanel(undefined)
  if (again === true) for (const text of texts) sendAgain(text)
}

/** Says that this chat cannot work without cookies. */
export const cookiesBlocked = () => showPanel(cookies)

/** Begins to count down; `again` sends a text that was held. */
export function watchStanding(again) {
  sendAgain = again
  setInterval(tick, 1000)
}
