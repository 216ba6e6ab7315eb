import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readWorkspace, rules } from '../src/index.ts'

const workspace = readWorkspace(fileURLToPath(new URL('../../..', import.meta.url)))

describe('the repository', () => {
  it('is read', () => {
    expect(workspace.packages.map((pkg) => pkg.name)).toContain('@openclaw/pairing')
  })

  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, { check, because }) => {
    const findings = check(workspace).map(({ where, what }) => `${where}: ${what}`)
    expect(findings, `\n${findings.join('\n')}\nWhy: ${because}.\n`).toEqual([])
  })
})
