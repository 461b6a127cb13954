import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createBudget, createJob, deleteBudget, listEvents } from '#sdk';
import { type Agency, createAgency, followToEnd, ledgerFaults } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';
import { ended } from '../support/worker-process.js';

const FREE_PLAN_JOBS = 2;
const ENDS = new Set(['job.succeeded', 'job.failed', 'job.canceled', 'job.expired', 'job.outcome_unknown']);

async function submit(agency: Agency, latencyMs: number): Promise<string> {
  const { data } = await createJob({
    client: agency.client,
    body: { model: 'sandbox/audio', input: { text: 'em fila', simulate: { latencyMs } } },
    throwOnError: true,
  });
  return data.id;
}

/** The most jobs that ran at once: the log is in the order of the commits. */
async function mostAtOnce(agency: Agency): Promise<number> {
  const { data } = await listEvents({ client: agency.client, query: { limit: 500 }, throwOnError: true });
  let [running, most] = [0, 0];
  for (const { type } of data.data) {
    if (type === 'job.processing') running += 1;
    else if (ENDS.has(type)) running -= 1;
    most = Math.max(most, running);
  }
  return most;
}

const count = (stack: Stack, agency: Agency, where: string): Promise<number> =>
  withSql(stack.database.url, async (query) => {
    const [row] = await query<{ count: number }>(
      `select count(*)::int from ai_jobs where organization_id = $1 and ${where}`,
      [agency.organizationId],
    );
    return row?.count ?? 0;
  });

/** The plan's next period is not paid. */
const fallDue = (stack: Stack, agency: Agency, plan: string) =>
  withSql(stack.database.url, (query) =>
    query(
      `update subscriptions set plan = $2, status = 'past_due', past_due_since = now() where organization_id = $1`,
      [agency.organizationId, plan],
    ),
  );

describe.each(BACKENDS)('concurrent jobs of a plan on %s', (backend) => {
  describe('without any help of the sweeper', () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await Stack.start({ backend, environment: { SWEEP_INTERVAL_SECONDS: '600' } });
    });
    afterAll(() => stack.stop());

    it.each([
      ['the plan allows', 'free', false],
      ['the free plan allows while the own one is not paid', 'pro', true],
    ])('no more run at once than %s, and the next begins when one ends', async (_what, plan, pastDue) => {
      const agency = await createAgency(stack, 1000, plan);
      if (pastDue) await fallDue(stack, agency, plan);
      // Half of them are waited for in the worker, half at the provider.
      const jobIds = await Promise.all([200, 1500, 200, 1500, 200, 1500].map((ms) => submit(agency, ms)));
      const results = await Promise.all(jobIds.map((jobId) => followToEnd(agency.client, jobId)));
      expect(results.map(({ job }) => job.status)).toEqual(jobIds.map(() => 'succeeded'));
      expect(await mostAtOnce(agency)).toBe(FREE_PLAN_JOBS);
      expect(await ledgerFaults(stack)).toEqual([]);
    });

    it('a job that waits for room in a budget begins when the budget is lifted', async () => {
      const agency = await createAgency(stack, 1000);
      const { data: budget } = await createBudget({
        client: agency.owner,
        body: { scope: 'organization', monthlyCredits: 1 },
        throwOnError: true,
      });
      const { data: parked } = await createJob({
        client: agency.client,
        body: { model: 'sandbox/image', input: { prompt: 'com paciência' }, awaitFunds: true },
        throwOnError: true,
      });
      expect(parked.status).toBe('awaiting_funds');
      await deleteBudget({ client: agency.owner, path: { budgetId: budget.id }, throwOnError: true });
      const { job } = await followToEnd(agency.client, parked.id);
      expect(job.status).toBe('succeeded');
    });

    it('a long line of one organization holds no worker: another’s job runs at once', async () => {
      const [crowded, other] = [await createAgency(stack, 100_000, 'free'), await createAgency(stack, 1000, 'free')];
      await Promise.all(Array.from({ length: 300 }, () => submit(crowded, 3000)));
      const { job } = await followToEnd(other.client, await submit(other, 0));
      expect(job.status).toBe('succeeded');
      expect(await count(stack, crowded, `status = 'queued'`)).toBeGreaterThan(200);
    });
  });

  describe('a worker is killed', () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await Stack.start({ backend, worker: false });
    });
    afterEach(() => stack.stopWorker());
    afterAll(() => stack.stop());

    it('its places come back by themselves: every job runs, none twice', async () => {
      const agency = await createAgency(stack, 1000, 'free');
      const worker = await stack.startWorker();
      const jobIds = await Promise.all(Array.from({ length: 5 }, () => submit(agency, 900)));
      await eventually(
        async () => (await count(stack, agency, `slot_wanted_at is not null and status = 'queued'`)) > 0,
        'a job waits for a place',
      );
      worker.kill('SIGKILL');
      await ended(worker);
      await stack.startWorker();
      const results = await Promise.all(jobIds.map((jobId) => followToEnd(agency.client, jobId)));
      expect(results.map(({ job }) => job.status)).toEqual(jobIds.map(() => 'succeeded'));
      expect(await count(stack, agency, 'slot_wanted_at is not null')).toBe(0);
      expect(await ledgerFaults(stack)).toEqual([]);
    });
  });
});
