import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '#core/crypto';
import { createDatabase, type Db } from '#core/db';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { ReconciliationRepository } from './reconciliation.repository.js';
import { ReconciliationService } from './reconciliation.service.js';

let database: TestDatabase;
let owner: pg.Client;
let worker: Db;
let api: Db;
const repository = new ReconciliationRepository();
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  worker = createDatabase({ url: database.workerUrl, max: 2, applicationName: 'test-worker' });
  api = createDatabase({ url: database.apiUrl, max: 2, applicationName: 'test-api' });
});
afterAll(async () => {
  await Promise.all([owner.end(), worker.destroy(), api.destroy()]);
  await database.drop();
});

async function newOrganization(): Promise<string> {
  const [user, id] = [randomUUID(), newId()];
  await owner.query(`select private.create_local_user($1, $2, 'Ana', 'pt-BR')`, [user, `${user}@example.com`]);
  await owner.query(`select private.create_organization($1, $2, 'Organization', $3)`, [id, user, `org-${id}`]);
  return id;
}
const report = () => new ReconciliationService(api, repository).report({});

async function succeededJob(organizationId: string, costUsdMicros: number, charged: boolean): Promise<string> {
  const id = newId();
  await owner.query(
    `insert into ai_jobs (id, organization_id, type, model, provider, status, cost_usd_micros, charged_credits, finished_at)
     values ($1, $2, 'image', 'openai/gpt-image-2', 'openai', 'succeeded', $3, 7, now())`,
    [id, organizationId, costUsdMicros],
  );
  if (charged) {
    await owner.query(
      `insert into provider_costs (organization_id, job_id, provider, model, kind, cost_usd_micros) values ($1, $2, 'openai', 'openai/gpt-image-2', 'job', $3)`,
      [organizationId, id, costUsdMicros],
    );
  }
  return id;
}

describe('the books', () => {
  it('that add up leave a clean report, also over more organizations than are checked at a time', async () => {
    for (let count = 0; count < 3; count++) await newOrganization();
    await expect(repository.checkBooks(worker)).resolves.toEqual([]);
    await expect(report()).resolves.toMatchObject({ clean: true, frozen: [], lastCheck: { violations: [] } });
  });

  it('that do not are told, frozen and left as they are; others go on', async () => {
    const [wrong, right] = [await newOrganization(), await newOrganization()];
    await owner.query(
      'update credit_grants set remaining = remaining - 1, spent = spent + 1 where organization_id = $1',
      [wrong],
    );
    await owner.query('update credit_balances set updated_at = now() where organization_id = $1', [wrong]);
    const violations = await repository.checkBooks(worker);
    expect(new Set(violations.map(({ organization_id }) => organization_id))).toEqual(new Set([wrong]));
    expect(violations.map(({ invariant }) => invariant)).toContain('available + held = remainders of the grants');
    await expect(owner.query(`select debit_credits($1, 1, 'x')`, [wrong])).rejects.toMatchObject({ code: 'BA011' });
    await owner.query(`select debit_credits($1, 1, 'x')`, [right]);
    const { clean, frozen } = await report();
    expect(clean).toBe(false);
    expect(frozen).toMatchObject([{ organizationId: wrong, reason: expect.stringContaining('do not add up') }]);
    // Told once, however often it is found.
    await repository.checkBooks(worker);
    const { rows } = await owner.query(
      `select type from events where organization_id = $1 and type = 'credits.frozen'`,
      [wrong],
    );
    expect(rows).toHaveLength(1);
    const { rows: grants } = await owner.query<{ spent: string }>(
      'select spent from credit_grants where organization_id = $1',
      [wrong],
    );
    expect(grants).toEqual([{ spent: '1' }]);
    await owner.query(
      'update credit_grants set remaining = remaining + 1, spent = spent - 1 where organization_id = $1',
      [wrong],
    );
    await owner.query('select private.unfreeze_credits($1)', [wrong]);
  });
});

describe('reconciliation', () => {
  it('finds no drift when providers charged what the jobs say, and finds it by provider and day when not', async () => {
    const id = await newOrganization();
    await succeededJob(id, 40_000, true);
    await expect(repository.reconcile(worker, 0)).resolves.toMatchObject([
      { kind: 'provider_costs', provider: 'openai', expected: 40_000n, actual: 40_000n, drift: 0n },
    ]);
    await succeededJob(id, 5_000, false);
    await owner.query(
      `insert into provider_costs (organization_id, provider, model, kind, cost_usd_micros, own_key) values ($1, 'openai', 'm', 'job', 99, true)`,
      [id],
    );
    const [day] = await repository.reconcile(worker, 0);
    expect(day).toMatchObject({ expected: 45_000n, actual: 40_000n, drift: -5_000n });
    await expect(report()).resolves.toMatchObject({ clean: false, days: [{ kind: 'provider_costs', drift: -5000 }] });
    // Run again it replaces the figures of the day.
    await owner.query(
      `insert into provider_costs (organization_id, provider, model, kind, cost_usd_micros) values ($1, 'openai', 'm', 'adjustment', 5000)`,
      [id],
    );
    await expect(repository.reconcile(worker, 0)).resolves.toMatchObject([{ drift: 0n }]);
    // What may have been charged is told, and is no drift.
    await owner.query(
      `insert into provider_costs (organization_id, provider, model, kind, cost_usd_micros) values ($1, 'openai', 'm', 'outcome_unknown', 7000)`,
      [id],
    );
    await expect(repository.reconcile(worker, 0)).resolves.toMatchObject([
      { drift: 0n, detail: { unknownUsdMicros: 7000 } },
    ]);
    await repository.checkBooks(worker);
    await expect(report()).resolves.toMatchObject({ clean: true });
  });

  it('finds a payment that nothing was given for, and one that too much was given for', async () => {
    const id = await newOrganization();
    const pay = async (credits: number, given: number | undefined) => {
      const { rows } =
        given === undefined
          ? { rows: [] }
          : await owner.query<{ grant_id: string }>(`select grant_id from credit_credits($1, $2, 'purchase', $3)`, [
              id,
              given,
              randomUUID(),
            ]);
      await owner.query(
        `insert into payments (organization_id, driver, purpose, status, currency, amount_cents, credits, grant_id)
         values ($1, 'manual', 'top_up', 'succeeded', 'BRL', 5900, $2, $3)`,
        [id, credits, rows[0]?.grant_id ?? null],
      );
    };
    const drift = async () => (await repository.reconcile(worker, 0)).find(({ kind }) => kind === 'payments')?.drift;
    await pay(10_000, 10_000);
    await expect(drift()).resolves.toBe(0n);
    await pay(10_000, undefined);
    await expect(drift()).resolves.toBe(-10_000n);
    await pay(10_000, 25_000);
    await expect(drift()).resolves.toBe(5_000n);
  });

  it('tells what the platform lost to jobs that used more than was held', async () => {
    const id = await newOrganization();
    const job = newId();
    await owner.query(
      `insert into ai_jobs (id, organization_id, type, model, provider) values ($1, $2, 'image', 'sandbox/image', 'sandbox')`,
      [job, id],
    );
    await owner.query(`select hold_credits($1, $2, 40, 'hold-of-overrun')`, [id, job]);
    await owner.query('select settle_hold($1, 55)', [job]);
    const overruns = (await repository.reconcile(worker, 0)).filter(({ kind }) => kind === 'overruns');
    expect(overruns).toMatchObject([
      { provider: 'sandbox', expected: 40n, actual: 55n, drift: 15n, detail: { jobs: 1 } },
    ]);
    await expect(report()).resolves.toMatchObject({ clean: false });
  });

  it('refuses days that do not exist', async () => {
    const service = new ReconciliationService(api, repository);
    await expect(service.report({ from: '2026-02-31' })).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
