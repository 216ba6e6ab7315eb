/** Does `look` every `ms`, and never twice at once; `look` does not reject. */
export function lookAgain(ms: number, look: () => Promise<void>): { readonly stop: () => void } {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    void look().finally(() => {
      isBusy = false
    })
  }, ms)
  return { stop: () => clearInterval(timer) }
}
