// Reads vitest's JSON report: prints "<passed> <failed>" and writes the names of what failed to a file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'

const [report = '', status = '1', list = ''] = process.argv.slice(2)

function read() {
  if (!existsSync(report))
    return { passed: 0, names: ['vitest wrote no report: it could not start'] }
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const names = testResults.flatMap(({ name, status: file, message, assertionResults }) => {
    const cases = assertionResults.filter((each) => each.status === 'failed')
    if (cases.length === 0 && file === 'failed') return [`${relative('.', name)}: ${message}`]
    return cases.map(({ fullName }) => `${relative('.', name)}: ${fullName}`)
  })
  return { passed: numPassedTests, names }
}

const { passed, names } = read()
// A run may fail without a failing test, such as by an unhandled rejection.
const silent = names.length === 0 && status !== '0'
const failed = silent ? ['vitest failed outside a test; see above'] : names
writeFileSync(list, failed.map((name) => `${name.replaceAll(/\s+/g, ' ')}\n`).join(''))
console.log(`${passed} ${failed.length}`)
