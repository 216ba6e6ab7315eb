import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page, type Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { allow, approve, type Place, place, reject, start, until } from './support.ts'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const isThere = existsSync(CHROMIUM)
if (!isThere) {
  process.stderr.write(`browser tests skipped: no ${CHROMIUM} (apt-get install chromium)\n`)
}

let browser: Browser

beforeAll(async () => {
  if (isThere) browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
})
afterAll(async () => {
  if (isThere) await browser.close()
})

type Told = Awaited<ReturnType<typeof open>>

/** A gateway with an agent that remembers what it was told, and a visitor's browser on its page. */
async function open(here: Place, { port = 0, answer = (text: string) => `you said ${text}` } = {}) {
  const told: string[] = []
  const agent = async ({ message }: { message: { text: string } }) => {
    told.push(message.text)
    return answer(message.text)
  }
  return { ...(await start(here, { port, agent })), told }
}

/** A page that reports what its console complains of. */
async function visit(url: string, context?: BrowserContext) {
  const own = context ?? (await browser.newContext())
  if (context === undefined) onTestFinished(() => own.close())
  const page = await own.newPage()
  const complaints: string[] = []
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`asked ${request.url()}`)
  })
  await page.goto(`${url}/chat`)
  return { page, complaints, context: own }
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

const panel = (page: Page) => page.locator('#panel')
const codeOn = async (page: Page): Promise<string> =>
  (await panel(page).locator('code').first().textContent()) ?? ''

async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}

/** From "hello" to the approval. */
async function pair(here: Place, page: Page): Promise<void> {
  await say(page, 'hello')
  await panel(page).getByText('Waiting for approval').waitFor()
  expect(await approve(here, await codeOn(page))).toBe('approved')
  await panel(page).getByText('You are approved').waitFor({ timeout: 15_000 })
}

async function waitForAnswer(page: Page, gateway: Told, text: string): Promise<void> {
  await page.getByText(`you said ${text}`, { exact: true }).waitFor()
  expect(gateway.told.filter((each) => each === text)).toHaveLength(1)
}

describe.skipIf(!isThere)('the page of the web chat', () => {
  it('tells somebody who was rejected, and when they are let in after all', async () => {
    const here = place()
    const gateway = await open(here)
    const { page } = await visit(gateway.url)
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    const senderId = await reject(here)
    await panel(page).getByText('Not approved').waitFor()
    await say(page, 'please')
    await panel(page).getByText('Not passed on').waitFor()
    await allow(here, senderId)
    await panel(page).getByText('You are approved').waitFor()
    expect(gateway.told).toEqual([])
    await say(page, 'thank you')
    await page.getByRole('log').getByText('you said thank you').waitFor()
  })

  it('keeps to the newest decision when the answer to a message comes late', async () => {
    const here = place()
    const gateway = await open(here)
    const { page, context } = await visit(gateway.url)
    let letThrough = (): void => {}
    const late = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    const holdBack = async (route: Route): Promise<void> => {
      const response = await route.fetch()
      await late
      await route.fulfill({ response })
    }
    await context.route('**/chat/messages', holdBack, { times: 1 })
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    await reject(here)
    await panel(page).getByText('Not approved').waitFor()
    letThrough()
    await page.locator('.entry[data-sent="yes"]').waitFor()
    expect(await panel(page).getByText('Not approved').count()).toBe(1)
  })

  it('offers to send again what was not passed on when the answer to it comes after the approval', async () => {
    const here = place()
    const gateway = await open(here)
    const { page, context } = await visit(gateway.url)
    let letThrough = (): void => {}
    const late = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    const holdBack = async (route: Route): Promise<void> => {
      const response = await route.fetch()
      await late
      await route.fulfill({ response })
    }
    await context.route('**/chat/messages', holdBack, { times: 1 })
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    await approve(here, await codeOn(page))
    await panel(page).getByText('You are approved').waitFor()
    letThrough()
    await page.getByRole('button', { name: 'Send it again' }).click()
    await waitForAnswer(page, gateway, 'hello')
  })

  it('leads a stranger from hello to an answer, without a reload', async () => {
    const here = place()
    const gateway = await open(here)
    const { page, complaints, context } = await visit(gateway.url)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await shot(page, '1-empty')
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    const code = await codeOn(page)
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
    await page.getByRole('log').getByText(`Pairing code: ${code}`).waitFor()
    await panel(page)
      .getByText(/(59|60) min left/)
      .waitFor()
    await panel(page).getByText(`openclaw pairing approve webchat ${code}`).waitFor()
    await page.getByRole('button', { name: 'Copy the command for the owner' }).click()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toBe(`openclaw pairing approve webchat ${code}`)
    await shot(page, '2-waiting')
    expect(gateway.told).toEqual([])
    expect(await approve(here, code)).toBe('approved')
    await panel(page).getByText('You are approved').waitFor({ timeout: 15_000 })
    await panel(page).getByText('hello', { exact: true }).waitFor()
    await shot(page, '3-approved')
    await page.getByRole('button', { name: 'Send it again' }).click()
    await waitForAnswer(page, gateway, 'hello')
    await say(page, 'are you there?')
    await waitForAnswer(page, gateway, 'are you there?')
    expect(await panel(page).isVisible()).toBe(false)
    await shot(page, '4-answered')
    expect(complaints).toEqual([])
  })

  it('shows the code again after a reload, and the conversation of who is approved', async () => {
    const here = place()
    const gateway = await open(here)
    const { page } = await visit(gateway.url)
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    const code = await codeOn(page)
    await page.reload()
    await panel(page).getByText('Waiting for approval').waitFor()
    expect(await codeOn(page)).toBe(code)
    await approve(here, code)
    await panel(page).getByText('You are approved').waitFor({ timeout: 15_000 })
    await say(page, 'remember me')
    await waitForAnswer(page, gateway, 'remember me')
    await page.reload()
    await page.getByText('you said remember me', { exact: true }).waitFor()
    await page.getByText('remember me', { exact: true }).waitFor()
  })

  it('survives a restart: says that it is cut off, comes back, and sends what was written once', async () => {
    const here = place()
    const first = await open(here)
    const { page } = await visit(first.url)
    await pair(here, page)
    await first.stop()
    await page.getByText('Disconnected. Trying again …').waitFor()
    await say(page, 'into the void')
    await say(page, 'and another')
    await shot(page, '5-disconnected')
    const second = await open(here, { port: first.port })
    await page.getByText('Connected', { exact: true }).waitFor({ timeout: 20_000 })
    await page.getByText('you said and another', { exact: true }).waitFor({ timeout: 20_000 })
    expect(second.told).toEqual(['into the void', 'and another'])
  }, 60_000)

  it('hears of an approval that was made while the gateway was down', async () => {
    const here = place()
    const first = await open(here)
    const { page } = await visit(first.url)
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    await first.stop()
    await approve(here, await codeOn(page))
    await open(here, { port: first.port })
    await panel(page).getByText('You are approved').waitFor({ timeout: 20_000 })
    expect(
      await page
        .getByRole('log')
        .getByText(/approved/i)
        .count(),
    ).toBe(1)
  }, 60_000)

  it('says so when cookies are blocked, and makes no request', async () => {
    const here = place()
    const gateway = await open(here)
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    await context.route('**/chat/session', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, headers: { 'content-type': 'application/json' } })
    })
    await context.clearCookies()
    const page = await context.newPage()
    await context.route('**/chat/state', async (route) => {
      await context.clearCookies()
      await route.continue()
    })
    await page.goto(`${gateway.url}/chat`)
    await say(page, 'hello')
    await panel(page).getByText('Cookies are blocked').waitFor()
    await shot(page, '6-cookies')
    expect(await page.getByLabel('Message').isDisabled()).toBe(true)
    const lists = await gateway.pairing.people.list({ kind: 'root', user: 'owner' })
    expect(lists).toMatchObject([{ requests: [] }])
  })

  it('shows what agents and visitors write as text', async () => {
    const here = place()
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const gateway = await open(here, { answer: () => evil })
    const { page, complaints } = await visit(gateway.url)
    await pair(here, page)
    await say(page, `<b>${evil}</b>`)
    await page.getByText(evil, { exact: true }).waitFor()
    await page.getByText(`<b>${evil}</b>`, { exact: true }).waitFor()
    expect(await page.title()).toBe('Chat')
    expect(await page.locator('.log img, .log script, .log b').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('is the same conversation in two tabs', async () => {
    const here = place()
    const gateway = await open(here)
    const { page, context } = await visit(gateway.url)
    await pair(here, page)
    const { page: second } = await visit(gateway.url, context)
    await say(page, 'to both')
    await waitForAnswer(page, gateway, 'to both')
    await second.getByText('you said to both', { exact: true }).waitFor()
    await second.getByText('to both', { exact: true }).waitFor()
  })

  it('tells who asks too often why, and that it was not sent', async () => {
    const here = place()
    const gateway = await open(here)
    for (let time = 0; time < 2; time += 1) {
      const { page } = await visit(gateway.url)
      await say(page, 'hello')
      await panel(page).getByText('Waiting for approval').waitFor()
    }
    const { page } = await visit(gateway.url)
    await say(page, 'hello')
    await page
      .getByRole('alert')
      .getByText(/already wait for the owner/)
      .waitFor()
    await page.getByText('Not sent.').waitFor()
    await shot(page, '7-limited')
  })

  it('writes with Enter, breaks lines with Shift+Enter, and keeps the keyboard in place', async () => {
    const here = place()
    const gateway = await open(here)
    const { page } = await visit(gateway.url)
    await pair(here, page)
    await page.getByLabel('Message').focus()
    await page.keyboard.type('one')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    await page.keyboard.press('Enter')
    await until(() => gateway.told.includes('one\ntwo'))
    expect(await page.getByLabel('Message').inputValue()).toBe('')
    expect(await page.evaluate('document.activeElement?.id')).toBe('text')
  })

  it('looks right on a phone in the dark', async () => {
    const here = place()
    const gateway = await open(here)
    const context = await browser.newContext({
      colorScheme: 'dark',
      viewport: { width: 390, height: 760 },
    })
    onTestFinished(() => context.close())
    const { page } = await visit(gateway.url, context)
    await say(page, 'hello')
    await panel(page).getByText('Waiting for approval').waitFor()
    await shot(page, '8-phone')
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect(wide).toBeLessThanOrEqual(390)
    const send = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox()
    expect((send?.y ?? 0) + (send?.height ?? 0)).toBeLessThanOrEqual(760)
    const back = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(back).toBe('rgb(16, 20, 19)')
  })
})
