import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiKey, type CreateApiKeyDto } from '#sdk';
import { type Agency, createAgency } from '../support/agency.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

describe('Idempotency-Key on any POST', () => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'postgres', worker: false });
    agency = await createAgency(stack, 100);
  });
  afterAll(() => stack.stop());

  const create = (key: string, name: string, from: Agency = agency) =>
    createApiKey({
      client: from.owner,
      path: { organizationId: from.organizationId },
      body: { name, mode: 'test', scopes: ['jobs:read'] } satisfies CreateApiKeyDto,
      headers: { 'Idempotency-Key': key },
    });
  const sql = (text: string, values: unknown[] = []) => withSql(stack.database.url, (query) => query(text, values));

  it('the same key and body are answered as the first time, secret included, and nothing is made twice', async () => {
    const key = randomUUID();
    const first = await create(key, 'uma vez');
    const again = await create(key, 'uma vez');
    expect(first.response?.status).toBe(201);
    expect([again.response?.status, again.response?.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.data).toEqual(first.data);
    expect(await sql('select 1 from api_keys where name = $1', ['uma vez'])).toHaveLength(1);
  });

  it('the kept answer is sealed: the secret is nowhere in the table', async () => {
    const { data } = await create(randomUUID(), 'segredo');
    expect(data?.key).toMatch(/^base_test_/);
    const rows = await sql('select idempotency_keys::text as text from idempotency_keys');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(data?.key);
    expect(JSON.stringify(rows)).not.toContain('segredo');
  });

  it('another body is refused with 422; in another organization the key is free', async () => {
    const key = randomUUID();
    await create(key, 'primeiro');
    expect((await create(key, 'segundo')).error).toMatchObject({ status: 422, code: 'idempotency.key_reused' });
    const other = await createAgency(stack, 100);
    expect((await create(key, 'segundo', other)).response?.status).toBe(201);
  });

  it('of many at once one is done; the others hear that it is under way, or its answer', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(key, 'juntos')));
    const statuses = new Set(answers.map(({ response }) => response?.status));
    expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(statuses.has(201)).toBe(true);
    expect(await sql('select 1 from api_keys where name = $1', ['juntos'])).toHaveLength(1);
  });

  it('a holder that died frees its key when its lock ends', async () => {
    const key = randomUUID();
    await create(key, 'interrompido');
    const hold = (until: string) =>
      sql(
        `update idempotency_keys set state = 'in_progress', locked_until = now() + $1::interval
          where key in (select key from idempotency_keys order by created_at desc limit 1)`,
        [until],
      );
    await hold('1 minute');
    expect((await create(key, 'interrompido')).error).toMatchObject({ status: 409, code: 'idempotency.in_progress' });
    await hold('-1 second');
    expect((await create(key, 'interrompido')).response?.status).toBe(201);
  });

  it('a refused request leaves its key free', async () => {
    const key = randomUUID();
    const refused = await create(key, '');
    expect(refused.response?.status).toBe(422);
    expect((await create(key, 'agora sim')).response?.status).toBe(201);
  });
});
