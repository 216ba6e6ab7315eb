/**
 * Whether two texts are the same, in a time that depends on the length of `given` alone.
 * Compare secrets by their hashes: then the length says nothing either.
 */
export function isSameSecret(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let at = 0; at < given.length; at += 1) {
    difference |=
      given.charCodeAt(at) ^ expected.charCodeAt(expected.length === 0 ? 0 : at % expected.length)
  }
  return difference === 0
}
