// Behaves towards the files as the command line of OpenClaw 2026.2 does: its lock files, its way of writing.
// Usage: node openclaw-2026.2-cli.mjs approve <credentials> <channel> <code> [pause between the two files, ms]
//                                     add <file> <first id> <count> [locked|unlocked]
//                                     hold <file> <ms>
import { randomUUID } from 'node:crypto'
import { chmod, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function isStale(lock) {
  const payload = await readFile(lock, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined)
  if (payload?.pid && !isAlive(payload.pid)) return true
  if (payload?.createdAt && Date.now() - Date.parse(payload.createdAt) > 30_000) return true
  return stat(lock).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > 30_000,
    () => false,
  )
}

async function locked(file, work) {
  const lock = `${file}.lock`
  for (let tries = 0; ; tries += 1) {
    try {
      const handle = await open(lock, 'wx')
      await handle.writeFile(
        JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }, null, 2),
      )
      await handle.close()
      break
    } catch (error) {
      if (error.code !== 'EEXIST' || tries > 400) throw error
      if (await isStale(lock)) await rm(lock, { force: true })
      else await sleep(5)
    }
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

const readJson = (file, fallback) => readFile(file, 'utf8').then(JSON.parse, () => fallback)

async function writeJson(file, json) {
  const temp = `${file}.${randomUUID()}.tmp`
  await writeFile(temp, `${JSON.stringify(json, null, 2)}\n`)
  await chmod(temp, 0o600)
  await rename(temp, file)
}

const addId = (file, id) => async () => {
  const json = await readJson(file, { version: 1, allowFrom: [] })
  await writeJson(file, { ...json, allowFrom: [...json.allowFrom, id] })
}

async function approve(credentials, channel, code, pause = '0') {
  const asks = join(credentials, `${channel}-pairing.json`)
  await locked(asks, async () => {
    const json = await readJson(asks, { version: 1, requests: [] })
    const request = json.requests.find((one) => one.code === code)
    if (!request) throw new Error('No pending pairing request found')
    await writeJson(asks, { ...json, requests: json.requests.filter((one) => one !== request) })
    await sleep(Number(pause))
    const allows = join(credentials, `${channel}-allowFrom.json`)
    await locked(allows, addId(allows, request.id))
  })
}

async function add(file, first, count, mode = 'locked') {
  for (let id = Number(first); id < Number(first) + Number(count); id += 1) {
    if (mode === 'locked') await locked(file, addId(file, String(id)))
    else await addId(file, String(id))()
    await sleep(1)
  }
}

const hold = (file, ms) =>
  locked(file, async () => {
    process.stdout.write('held\n')
    await sleep(Number(ms))
  })

const [verb, ...args] = process.argv.slice(2)
await { approve, add, hold }[verb](...args)
