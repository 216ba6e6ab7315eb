const LINK = /<((?:https?|mailto|tel):[^<>|\s]+)(?:\|([^<>]*))?>/g

/** What a person wrote, as they see it: links as they were typed, `&amp;`, `&lt;` and `&gt;` as characters. */
export function readable(text: string): string {
  return text
    .replaceAll(LINK, (_, url: string, label?: string) => label ?? url)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** Text that Slack shows as it is: without mentions, links with other words, or entities of its own. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
