import { StoreClosed } from '@openclaw/credential-store/kit'
import { Client, type QueryArrayResult } from 'pg'
import type { Address } from './address.ts'
import { asStoreError, isAnswer } from './failures.ts'
import { GRACE_MS, STATEMENT_WITHIN_MS } from './limits.ts'

/** A row as the server sent it: texts, numbers and truth values as pg reads them; `bigint` comes as text. */
export type Row = readonly unknown[]

/** A statement and how long its answer may take. */
export interface Statement {
  readonly text: string
  readonly values?: readonly unknown[]
  /** In ms; {@link STATEMENT_WITHIN_MS} unless given. */
  readonly withinMs?: number
}

/** What a statement did: its rows and its tag (`COMMIT`, `SELECT` …). */
export interface Answer {
  readonly tag: string
  readonly rows: readonly Row[]
}

/** A connection while somebody uses it. */
export interface Session {
  /** One statement, with values. */
  readonly rows: (statement: Statement) => Promise<readonly Row[]>
  /** Several statements without values, in one round trip. */
  readonly script: (statement: Omit<Statement, 'values'>) => Promise<readonly Answer[]>
  /** A statement with values and a script right behind it, in one round trip: the script runs though the first fails. */
  readonly both: (first: Statement, script: Omit<Statement, 'values'>) => Promise<readonly Answer[]>
  /** Cuts the connection without a word. */
  readonly cut: () => void
}

/** One connection, made when it is needed and made again after it broke. Whoever uses it has it alone. */
export interface Link {
  /** Rejects with a coded error; a connection that failed is not used again. */
  readonly run: <R>(use: (session: Session) => Promise<R>) => Promise<R>
  /** Closes the connection until somebody needs it again. */
  readonly rest: () => void
  readonly close: () => Promise<void>
}

/** A connection to `address` that nobody has asked for yet. */
export function openLink(address: Address): Link {
  const state: LinkState = { address, client: undefined, closed: false, last: Promise.resolve() }
  return {
    run: (use) => {
      const done = state.last.then(() => runAlone(state, use))
      state.last = done.then(
        () => undefined,
        () => undefined,
      )
      return done
    },
    rest: () => {
      state.last = state.last.then(() => letGo(state))
    },
    close: async () => {
      await state.last
      state.closed = true
      await letGo(state)
    },
  }
}

interface LinkState {
  readonly address: Address
  client: Client | undefined
  closed: boolean
  /** Settled when whoever uses the connection is done. */
  last: Promise<void>
}

async function runAlone<R>(state: LinkState, use: (session: Session) => Promise<R>): Promise<R> {
  if (state.closed) throw new StoreClosed()
  return use(sessionOf(await clientOf(state), state.address.where))
}

async function clientOf(state: LinkState): Promise<Client> {
  if (state.client) return state.client
  const client = await connect(state.address)
  const forget = (): void => {
    if (state.client === client) state.client = undefined
  }
  client.on('error', forget)
  client.on('end', forget)
  state.client = client
  return client
}

/** A connection of its own, made within the time that its address says. */
export async function connect(address: Address): Promise<Client> {
  const client = new Client(address.config)
  // without a listener a connection that breaks later would end the process
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    destroy(client)
    throw asStoreError(error, address.where)
  }
}

async function letGo(state: LinkState): Promise<void> {
  const { client } = state
  state.client = undefined
  if (client) await farewell(client)
}

/** Says goodbye, and does not wait long for an answer. */
export async function farewell(client: Client): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GRACE_MS)
  })
  await Promise.race([client.end().catch(() => undefined), late])
  clearTimeout(timer)
  destroy(client)
}

/** One statement after another: who asks for two things at once waits for the second. */
function sessionOf(client: Client, where: string): Session {
  let last: Promise<unknown> = Promise.resolve()
  const ask = (statement: Statement): Promise<unknown> => {
    const done = last.then(() => answerOf(client, where, statement))
    last = done.catch(() => undefined)
    return done
  }
  return {
    rows: async (statement) =>
      ((await ask({ values: [], ...statement })) as QueryArrayResult<unknown[]>).rows,
    script: async (statement) => answersOf(await ask(statement)),
    both: async (first, script) => {
      await last
      const begun = answerOf(client, where, { values: [], ...first })
      const done = ask(script)
      const [, answered] = await Promise.allSettled([begun, done])
      // what the first says is why the second failed
      await begun
      return answersOf(answered.status === 'fulfilled' ? answered.value : await done)
    },
    cut: () => destroy(client),
  }
}

function answersOf(answers: unknown): readonly Answer[] {
  const list = (Array.isArray(answers) ? answers : [answers]) as QueryArrayResult<unknown[]>[]
  return list.map(({ command, rows }) => ({ tag: command, rows }))
}

/** An answer that does not come in time, or at all, ends the connection: nobody knows what would come next on it. */
async function answerOf(
  client: Client,
  where: string,
  { text, values, withinMs = STATEMENT_WITHIN_MS }: Statement,
): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it did not answer in time')), withinMs)
  })
  try {
    const query = { text, rowMode: 'array', ...(values && { values: [...values] }) }
    return await Promise.race([client.query(query as never), late])
  } catch (error) {
    if (!isAnswer(error)) destroy(client)
    throw asStoreError(error, where)
  } finally {
    clearTimeout(timer)
  }
}

/** `end` would wait for a server that may be gone. */
function destroy(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy: () => void } } }
  connection.stream.destroy()
}
