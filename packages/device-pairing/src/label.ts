import { InvalidLabel } from './errors.ts'
import { printable } from './text.ts'

/**
 * The owner's name for a device, trimmed; `''` stands for none.
 *
 * @throws {@link InvalidLabel} for more than one printable line of 64 characters
 */
export function checkedLabel(label: string): string {
  const line = label.trim()
  if (line !== '' && printable(line) !== line) throw new InvalidLabel()
  return line
}
