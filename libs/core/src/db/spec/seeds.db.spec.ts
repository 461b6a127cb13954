import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { connect, one, rows, sqlState } from './fixtures.js';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.url);
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

const price = (model: string, component = 'output', dimensions: object = {}) =>
  one(
    owner,
    `select unit, unit_size, cost_usd_micros, credits_per_unit from pricing where model = $1 and component = $2 and dimensions = $3 and valid_to is null`,
    [model, component, JSON.stringify(dimensions)],
  );

test('the sandbox is charged and costs nothing', async () => {
  await expect(price('sandbox/image')).resolves.toEqual({
    unit: 'image',
    unit_size: 1n,
    cost_usd_micros: 0n,
    credits_per_unit: 5n,
  });
  await expect(price('sandbox/video')).resolves.toEqual({
    unit: 'second',
    unit_size: 1n,
    cost_usd_micros: 0n,
    credits_per_unit: 4n,
  });
  await expect(price('sandbox/audio')).resolves.toEqual({
    unit: 'character',
    unit_size: 1000n,
    cost_usd_micros: 0n,
    credits_per_unit: 20n,
  });
  await expect(
    rows(owner, `select 1 from pricing where provider = 'sandbox' and (cost_usd_micros > 0 or credits_per_unit < 1)`),
  ).resolves.toEqual([]);
});

test('an image of OpenAI is priced by size and quality; its tokens are a cost that is watched', async () => {
  const high = await price('openai/gpt-image-2', 'output', { size: '1024x1024', quality: 'high' });
  expect(high).toEqual({ unit: 'image', unit_size: 1n, cost_usd_micros: 210_700n, credits_per_unit: 264n });
  await expect(price('openai/gpt-image-2', 'output_image')).resolves.toEqual({
    unit: 'token',
    unit_size: 1_000_000n,
    cost_usd_micros: 30_000_000n,
    credits_per_unit: null,
  });
  for (const model of ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare']) {
    await expect(price(`openai/${model}`, 'output', { size: '1024x1024', quality: 'high' })).resolves.toEqual(high);
  }
});

test('what is charged is 25 % above cost, rounded up by at most 2 %, and says where the figure is from', async () => {
  const charged = await rows<{ model: string; cost: bigint; credits: bigint; source: string; confidence: string }>(
    owner,
    `select model, cost_usd_micros as cost, credits_per_unit as credits, source, confidence from pricing where provider <> 'sandbox' and credits_per_unit is not null`,
  );
  expect(charged.length).toBeGreaterThan(80);
  for (const { model, cost, credits, source, confidence } of charged) {
    const ratio = (Number(credits) * 1000) / Number(cost);
    expect([model, ratio >= 1.25 && ratio <= 1.25 * 1.02, source.length > 3, /^[ABC]$/.test(confidence)]).toEqual([
      model,
      true,
      true,
      true,
    ]);
  }
});

test('every model in force can be charged: no model has only watched costs', async () => {
  await expect(
    rows(owner, 'select model from pricing group by model having count(credits_per_unit) = 0'),
  ).resolves.toEqual([]);
});

test('no two prices can be in force for one model, component and dimensions; a successor takes over when the old one ends', async () => {
  const insert = `insert into pricing (provider, model, unit, cost_usd_micros, credits_per_unit, valid_from) values ('sandbox', 'sandbox/image', 'image', 0, 6, $1)`;
  const soon = new Date(Date.now() + 86_400_000);
  await expect(sqlState(owner, insert, [soon])).resolves.toBe('23P01');
  await owner.query(`update pricing set valid_to = $1 where model = 'sandbox/image'`, [soon]);
  await expect(sqlState(owner, insert, [soon])).resolves.toBeUndefined();
});

test('five plans, cheaper per credit the larger they are, in both currencies', async () => {
  const plans = await rows<{ id: string; monthly_credits: bigint; brl: bigint; usd: bigint }>(
    owner,
    'select id::text, monthly_credits, price_brl_cents as brl, price_usd_cents as usd from plans order by sort',
  );
  expect(plans.map(({ id }) => id)).toEqual(['free', 'starter', 'pro', 'business', 'enterprise']);
  const paid = plans.slice(1);
  for (const currency of ['brl', 'usd'] as const) {
    const perCredit = paid.map((plan) => Number(plan[currency]) / Number(plan.monthly_credits));
    expect(perCredit).toEqual([...perCredit].sort((a, b) => b - a));
  }
});
