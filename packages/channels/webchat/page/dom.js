/** The element of the page with this id. */
export const at = (id) => document.getElementById(id)

/** A new element. What it says is text, never markup. */
export function element(name, className, words) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (words !== undefined) made.textContent = words
  return made
}

/** A button that does something on this page. */
export function button(words, onClick) {
  const made = element('button', '', words)
  made.type = 'button'
  made.addEventListener('click', () => onClick(made))
  return made
}

/** A row that shows `words` and copies them. */
export function copyRow(words, label, size) {
  const row = element('div', 'copy')
  if (size) row.dataset.size = size
  const code = element('code', '', words)
  const copyButton = button('Copy', async (self) => {
    self.textContent = (await copy(words, code)) ? 'Copied' : 'Selected'
    setTimeout(() => {
      self.textContent = 'Copy'
    }, 2000)
  })
  copyButton.setAttribute('aria-label', `Copy ${label}`)
  row.append(code, copyButton)
  return row
}

async function copy(words, shown) {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    // Not allowed, or no secure context: leave it selected, so that one key copies it.
    getSelection()?.selectAllChildren(shown)
    return false
  }
}
