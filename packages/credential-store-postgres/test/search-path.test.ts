import { transferStore } from '@openclaw/credential-store/transfer'
import type { Seq } from '@openclaw/pairing-contracts'
import { freshDatabase, sqlOn } from '@openclaw-pairing/postgres'
import { expect, inject, it } from 'vitest'
import { nodePostgresPorts } from '../src/node.ts'
import { postgresTransfer } from '../src/transfer.ts'
import { drawName, increment, put, type TestSchema, testSchema, until } from './support-store.ts'
import { type Cleanups, files, fill, folder, mover, openFiles } from './support-transfer.ts'

/**
 * What anybody may make who has CREATE in a schema that is looked through, such as `public` of a server before 15: operators and
 * functions whose arguments fit better than those of the system. They run with the rights of whoever calls them. These note that
 * they were called, also where that is undone.
 */
const TRAPS = `
  CREATE SEQUENCE public.trapped;
  DO $$
  DECLARE
    types text[] := ARRAY['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'text', 'varchar', 'name', 'uuid',
      'timestamptz', 'timestamp', 'interval', 'bool', 'json', 'text[]', 'int8[]', 'uuid[]', 'name[]'];
    made record;
    each text;
  BEGIN
    FOR made IN
      SELECT op, l, r, result FROM unnest(types) l, unnest(types) r, (
          SELECT unnest(ARRAY['=', '<>', '<', '>', '<=', '>=']), 'bool'
          UNION ALL SELECT unnest(ARRAY['+', '-', '*', '/']), 'numeric'
          UNION ALL SELECT '||', 'text'
        ) o (op, result)
      WHERE NOT EXISTS (SELECT 1 FROM pg_operator p WHERE p.oprname = op
        AND p.oprnamespace = 'pg_catalog'::regnamespace AND p.oprleft = l::regtype AND p.oprright = r::regtype)
    LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION public.trap_%1$s(%2$s, %3$s) RETURNS %1$s LANGUAGE sql AS %4$L',
        made.result, made.l, made.r, format('SELECT pg_catalog.nextval(''public.trapped'')::int4::%s', made.result));
      EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = public.trap_%s, LEFTARG = %s, RIGHTARG = %s)',
        made.op, made.result, made.l, made.r);
    END LOOP;
    FOREACH each IN ARRAY array_append(types, 'record') LOOP
      EXECUTE format('CREATE FUNCTION public.to_json(%s) RETURNS json LANGUAGE plpgsql AS %L', each,
        'BEGIN RETURN pg_catalog.to_json(pg_catalog.nextval(''public.trapped'')); END');
      EXECUTE format('CREATE FUNCTION public.trap_count(int8, %s) RETURNS int8 LANGUAGE plpgsql AS %L', each,
        'BEGIN RETURN pg_catalog.nextval(''public.trapped''); END');
      CONTINUE WHEN each = 'record';
      EXECUTE format('CREATE AGGREGATE public.count(%s) (SFUNC = public.trap_count, STYPE = int8, INITCOND = ''0'')', each);
    END LOOP;
  END $$`

const isSprung = async (url: string): Promise<unknown> =>
  (await sqlOn(url, 'SELECT is_called FROM public.trapped'))[0]?.['is_called']

/** All that a store asks of its database, by two that share one. */
async function liveOn({ open, sql }: TestSchema): Promise<void> {
  const a = await open({ keep: { events: 2 }, timing: { sweepEveryMs: 50 } })
  for (let n = 0; n < 5; n += 1) await put(a, `k${String(n)}`, n)
  const b = await open()
  await increment(b, 'k1')
  const lease = await a.leases.take('bot', new AbortController().signal)
  await lease?.save({ at: 1 })
  expect(await b.leases.holderOf('bot')).toMatchObject({ replica: a.replicas.id })
  expect(await b.leases.list('b')).toHaveLength(1)
  await a.marks.of('bot', lease).begin('1', 'begun')
  const seen = await b.marks.of('bot').begin('1', 'begun')
  expect(seen && (await b.marks.of('bot').take('1', seen))).toBe(true)
  b.replicas.serve('echo', (body) => body)
  a.replicas.note('a/1', { x: 1 })
  await until(() => a.replicas.others().length === 1 && b.replicas.noted('a/').length === 1)
  expect(await a.replicas.ask(b.replicas.id, 'echo', 'hello', 5_000)).toBe('hello')
  expect((await a.verify()).ok).toBe(true)
  await a.settings()
  expect(await a.history(0 as Seq, 10)).not.toHaveLength(0)
  const floor = async () => (await sql('SELECT floor FROM $s.head'))[0]?.['floor']
  await expect.poll(floor, { timeout: 10_000 }).toBe('5')
  await Promise.all([a.close(), b.close()])
}

it('calls nothing that another user of the database put in its way', async () => {
  const url = await freshDatabase(inject('postgresUrl'))
  await sqlOn(url, TRAPS)
  await sqlOn(url, 'SELECT 1::float8 / 2')
  expect(await isSprung(url)).toBe(true)
  await sqlOn(url, 'ALTER SEQUENCE public.trapped RESTART')
  const cleanups: Cleanups = []
  const schema = await testSchema(url)
  const there = postgresTransfer({ url, schema: drawName() }, nodePostgresPorts())
  cleanups.push(schema.cleanup, there.close)
  try {
    await liveOn(schema)
    const root = folder(cleanups)
    const filled = await openFiles(root)
    await fill(filled, 10)
    await filled.close()
    await transferStore({ from: files(root), to: there }, mover)
    await transferStore({ from: there, to: files(folder(cleanups)) }, mover)
    expect(await isSprung(url)).toBe(false)
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
})
