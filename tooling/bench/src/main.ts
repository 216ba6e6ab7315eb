import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figure, verdictOf } from './figure.ts'
import { approveFigures } from './figures/approve.ts'
import { channelFigures } from './figures/channels.ts'
import { cliFigures } from './figures/cli.ts'
import { deviceFigures } from './figures/devices.ts'
import { floodFigures } from './figures/flood.ts'
import { gateFigures } from './figures/gate.ts'
import { gatewayFigures } from './figures/gateway.ts'
import { postgresFigures } from './figures/postgres.ts'
import { describeMachine } from './machine.ts'
import { resultsFolder } from './places.ts'
import { tableOf } from './report.ts'

const groups: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  gate: gateFigures,
  flood: floodFigures,
  approve: approveFigures,
  cli: cliFigures,
  gateway: gatewayFigures,
  channels: channelFigures,
  devices: deviceFigures,
  postgres: postgresFigures,
}

async function measure(names: readonly string[]): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const name of names) {
    process.stderr.write(`measuring ${name} …\n`)
    figures.push(...((await groups[name]?.()) ?? []))
  }
  return figures
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const unknown = positionals.filter((name) => !(name in groups))
  if (unknown.length > 0) {
    process.stderr.write(
      `No figures called ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}\n`,
    )
    return 2
  }
  mkdirSync(resultsFolder, { recursive: true })
  const machine = describeMachine(resultsFolder)
  const figures = await measure(positionals.length === 0 ? Object.keys(groups) : positionals)
  const date = new Date().toISOString()
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }))
  const report = JSON.stringify({ date, machine, figures: judged }, null, 2)
  const path = join(resultsFolder, `${date.replaceAll(':', '-')}.json`)
  writeFileSync(path, `${report}\n`)
  console.log(values.json ? report : `${tableOf(figures, machine)}\n\nAs JSON: ${path}`)
  return judged.some(({ verdict }) => verdict === 'MISSED') ? 1 : 0
}

process.exitCode = await main()
