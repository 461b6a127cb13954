import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { connect, createJobs, createOrganization, eventPosition, jobRequest, one, rows, sqlState } from './fixtures.js';

let database: TestDatabase;
let api: pg.Client;
let worker: pg.Client;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await connect(database.apiUrl);
  worker = await connect(database.workerUrl);
  owner = await connect(database.url);
});
afterAll(async () => {
  await Promise.all([api.end(), worker.end(), owner.end()]);
  await database.drop();
});

const event = (organization: string, type = 'job.progress', extra: object = {}) => ({
  organization_id: organization,
  type,
  ...extra,
});
const append = (client: pg.ClientBase | pg.Pool, events: object[]) =>
  client.query<{ id: string; organization_id: string; sequence: bigint }>('select * from append_events($1)', [
    JSON.stringify(events),
  ]);

describe('the event log', () => {
  test('numbers each organization’s events without gaps, in the order given, and keeps a given id', async () => {
    const [a, b] = [await createOrganization(api), await createOrganization(api)];
    const id = randomUUID();
    const before = { a: await eventPosition(owner, a.id), b: await eventPosition(owner, b.id) };
    const { rows: appended } = await append(worker, [
      event(a.id),
      event(b.id, 'job.progress', { id }),
      event(a.id),
      event(a.id),
    ]);
    expect(appended.map(({ organization_id, sequence }) => [organization_id, sequence])).toEqual([
      [a.id, before.a + 1n],
      [b.id, before.b + 1n],
      [a.id, before.a + 2n],
      [a.id, before.a + 3n],
    ]);
    expect(appended[1]?.id).toBe(id);
  });

  test('the order of sequences is the order of commits: a reader that saw a sequence has seen all before it', async () => {
    const { id } = await createOrganization(api);
    const pool = new pg.Pool({ connectionString: database.workerUrl, max: 8 });
    const writing = { on: true };
    const gaps: unknown[] = [];
    const reader = (async () => {
      while (writing.on) {
        const { seen, last } = await one<{ seen: bigint; last: bigint | null }>(
          owner,
          'select count(*) as seen, max(sequence) as last from events where organization_id = $1',
          [id],
        );
        if (last !== null && seen !== last) gaps.push({ seen, last });
      }
    })();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let turn = 0; turn < 25; turn++)
          await append(
            pool,
            Array.from({ length: 1 + (turn % 3) }, () => event(id)),
          );
      }),
    );
    writing.on = false;
    await reader;
    await pool.end();
    expect(gaps).toEqual([]);
  });

  test('a rolled-back append leaves no gap', async () => {
    const { id } = await createOrganization(api);
    const before = await eventPosition(owner, id);
    await worker.query('begin');
    await append(worker, [event(id)]);
    await worker.query('rollback');
    const { rows: appended } = await append(worker, [event(id)]);
    expect(appended.map(({ sequence }) => sequence)).toEqual([before + 1n]);
  });

  test('is read after a sequence, filtered by subject, project and type, by the API for its streams', async () => {
    const { id } = await createOrganization(api);
    const before = await eventPosition(owner, id);
    const [subject, project] = [randomUUID(), randomUUID()];
    await append(worker, [
      event(id, 'job.queued', { subject_id: subject }),
      event(id, 'job.progress', { subject_id: subject, project_id: project }),
      event(id, 'credits.low'),
      event(id, 'job.succeeded', { subject_id: subject }),
    ]);
    const read = async (after: number, ...filter: unknown[]) => {
      const found = await rows<{ sequence: bigint }>(
        api,
        'select sequence from private.list_events_after($1, $2, $3, $4, $5, null, 10)',
        [id, before + BigInt(after), ...filter],
      );
      return found.map(({ sequence }) => Number(sequence - before));
    };
    await expect(read(1, null, null, null)).resolves.toEqual([2, 3, 4]);
    await expect(read(0, subject, null, null)).resolves.toEqual([1, 2, 4]);
    await expect(read(0, null, project, null)).resolves.toEqual([2]);
    await expect(read(0, subject, null, ['job.queued', 'job.succeeded'])).resolves.toEqual([1, 4]);
    await expect(rows(api, 'select * from private.list_event_positions($1)', [[id, randomUUID()]])).resolves.toEqual([
      { organization_id: id, last_sequence: before + 4n },
    ]);
  });

  test('tells times that SQL wrote as the API does, and leaves what people wrote alone', async () => {
    const told = { expiresAt: '2027-01-31T21:00:00.5+00:00', at: '2027-01-31T21:00:00+00:00', expired_at: null };
    const written = { x_at: '2027-99-99', name: '"at": "2027-01-31T21:00:00+00:00"', day: '2027-01-31T21:00:00+00:00' };
    await expect(
      one(api, 'select private.with_api_times($1) as told', [{ told: [told, { expired_at: told.at }], written }]),
    ).resolves.toEqual({
      told: {
        told: [
          { ...told, expiresAt: '2027-01-31T21:00:00.500Z', at: '2027-01-31T21:00:00.000Z' },
          { expired_at: '2027-01-31T21:00:00.000Z' },
        ],
        written,
      },
    });
    const { id } = await createOrganization(api);
    const soon = new Date(Date.now() + 3_600_000);
    await api.query(`set timezone to 'Asia/Kolkata'`);
    await api.query(`select credit_credits($1, 5, 'grant', 'soon', '', $2)`, [id, soon]);
    await api.query('reset timezone');
    await expect(
      rows(
        owner,
        `select data->>'expiresAt' as at from events where organization_id = $1 and type = 'credits.granted' and data->>'amount' = '5'`,
        [id],
      ),
    ).resolves.toEqual([{ at: soon.toISOString() }]);
  });

  test('is never changed', async () => {
    await expect(sqlState(owner, `update events set type = 'job.failed'`)).resolves.toBe('BA008');
  });
});

describe('usage', () => {
  const finish = async (
    organization: string,
    request: Record<string, unknown>,
    status: string,
    charged: number,
    outputs: number,
  ): Promise<void> => {
    const [job] = await createJobs(api, [jobRequest(organization, request)]);
    await worker.query('begin');
    await worker.query(
      `update ai_jobs set status = $2, cost_usd_micros = 700, started_at = now() - interval '2 seconds', finished_at = now() where id = $1`,
      [job?.job_id, status],
    );
    // In whatever order the transaction writes: outputs and charge come after the state here.
    for (let ordinal = 0; ordinal < outputs; ordinal++) {
      await worker.query(
        `insert into generations (job_id, organization_id, ordinal, type, mime_type, bytes, sha256, storage_path, model)
         values ($1, $2, $3, 'image', 'image/png', 1, repeat('a', 64), 'x', 'sandbox/image')`,
        [job?.job_id, organization, ordinal],
      );
    }
    await worker.query(status === 'succeeded' ? 'select settle_hold($1, $2)' : 'select release_hold($1, $2::text)', [
      job?.job_id,
      charged,
    ]);
    await worker.query('commit');
  };

  test('a finished job is counted once, in the transaction that ends it, by day, model and member', async () => {
    const { id, owner: user } = await createOrganization(api, 1000);
    await finish(id, { user_id: user }, 'succeeded', 4, 2);
    await finish(id, { user_id: user }, 'succeeded', 5, 1);
    await finish(id, {}, 'failed', 0, 0);
    await finish(id, {}, 'outcome_unknown', 0, 0);
    await finish(id, {}, 'canceled', 0, 0);
    await expect(
      one(
        owner,
        `select jobs_succeeded, jobs_failed, jobs_canceled, outputs, credits, cost_usd_micros, processing_ms >= 4000 as took from usage_daily where organization_id = $1`,
        [id],
      ),
    ).resolves.toEqual({
      jobs_succeeded: 2n,
      jobs_failed: 2n,
      jobs_canceled: 1n,
      outputs: 3n,
      credits: 9n,
      cost_usd_micros: 3500n,
      took: true,
    });
    await expect(
      rows(
        owner,
        'select user_id, jobs_succeeded, jobs_failed, credits from usage_by_user where organization_id = $1 order by user_id nulls last',
        [id],
      ),
    ).resolves.toEqual([
      { user_id: user, jobs_succeeded: 2n, jobs_failed: 0n, credits: 9n },
      { user_id: null, jobs_succeeded: 0n, jobs_failed: 2n, credits: 0n },
    ]);
    await expect(
      one(owner, 'select jobs_succeeded, credits_spent, outputs from v_organization_usage where organization_id = $1', [
        id,
      ]),
    ).resolves.toEqual({
      jobs_succeeded: 2n,
      credits_spent: 9n,
      outputs: 3n,
    });
  });

  test('a rolled-back end counts nothing', async () => {
    const { id } = await createOrganization(api, 1000);
    const [job] = await createJobs(api, [jobRequest(id)]);
    await worker.query('begin');
    await worker.query(`update ai_jobs set status = 'succeeded', finished_at = now() where id = $1`, [job?.job_id]);
    await worker.query('set constraints all immediate');
    await worker.query('rollback');
    await expect(rows(owner, 'select 1 from usage_daily where organization_id = $1', [id])).resolves.toEqual([]);
  });

  test('the day is the organization’s', async () => {
    const { id } = await createOrganization(api, 1000);
    await owner.query(`update organizations set time_zone = 'Pacific/Kiritimati' where id = $1`, [id]);
    const [job] = await createJobs(api, [jobRequest(id)]);
    await worker.query(`update ai_jobs set status = 'failed', finished_at = '2026-11-22T12:00:00Z' where id = $1`, [
      job?.job_id,
    ]);
    await expect(one(owner, 'select day::text from usage_daily where organization_id = $1', [id])).resolves.toEqual({
      day: '2026-11-23',
    });
  });

  test('jobs of test keys are kept apart', async () => {
    const { id } = await createOrganization(api, 1000);
    await finish(id, { test_mode: true }, 'succeeded', 0, 1);
    await expect(
      one(owner, 'select test_mode, jobs_succeeded from usage_daily where organization_id = $1', [id]),
    ).resolves.toEqual({ test_mode: true, jobs_succeeded: 1n });
    await expect(
      one(owner, 'select jobs_succeeded from v_organization_usage where organization_id = $1', [id]),
    ).resolves.toEqual({ jobs_succeeded: 0n });
  });
});

test('every view answers', async () => {
  for (const view of [
    'v_organization_usage',
    'v_credit_summary',
    'v_usage_by_member',
    'v_job_costs',
    'v_provider_health',
    'v_margin_daily',
  ]) {
    await expect(rows(owner, `select * from ${view}`)).resolves.toBeDefined();
    await expect(rows(worker, `select * from ${view}`)).resolves.toBeDefined();
  }
  await expect(rows(owner, 'select organization_id from v_organization_usage')).resolves.not.toEqual([]);
});

describe('the audit log', () => {
  const write = (organization: string, action: string) =>
    api.query('select private.append_audit($1)', [
      JSON.stringify([
        {
          organization_id: organization,
          actor_type: 'user',
          actor_id: randomUUID(),
          action,
          before: { a: 1 },
          after: { a: 2 },
          address: '203.0.113.7',
        },
      ]),
    ]);
  /** Lines younger than a few seconds are left for the next sealing. */
  const seal = async (): Promise<void> => {
    await owner.query('alter table audit_logs disable trigger refuse_change');
    await owner.query(
      `update audit_logs set created_at = created_at - interval '10 seconds' where seal_sequence is null`,
    );
    await owner.query('alter table audit_logs enable trigger refuse_change');
    await worker.query('select private.seal_audit_logs()');
  };
  const verify = (organization: string) =>
    rows<{ problem: string }>(api, 'select audit_log_id, problem from private.verify_audit_logs($1)', [organization]);
  const tamper = async (sql: string, values: unknown[]): Promise<void> => {
    await owner.query('alter table audit_logs disable trigger refuse_change');
    await owner.query(sql, values);
    await owner.query('alter table audit_logs enable trigger refuse_change');
  };

  test('is append-only, and a sealed chain verifies', async () => {
    const { id } = await createOrganization(api);
    for (const action of ['a', 'b', 'c']) await write(id, action);
    await seal();
    await expect(verify(id)).resolves.toEqual([]);
    await expect(
      rows(owner, 'select seal_sequence from audit_logs where organization_id = $1 order by seal_sequence', [id]),
    ).resolves.toEqual([1n, 2n, 3n].map((seal_sequence) => ({ seal_sequence })));
    await expect(sqlState(owner, `update audit_logs set action = 'x' where organization_id = $1`, [id])).resolves.toBe(
      'BA008',
    );
    await write(id, 'd');
    await expect(
      sqlState(owner, `update audit_logs set action = 'x' where organization_id = $1 and seal_sequence is null`, [id]),
    ).resolves.toBe('BA008');
  });

  test('names the row that was edited by hand', async () => {
    const { id } = await createOrganization(api);
    for (const action of ['a', 'b', 'c']) await write(id, action);
    await seal();
    const { line } = await one<{ line: string }>(
      owner,
      `select id as line from audit_logs where organization_id = $1 and action = 'b'`,
      [id],
    );
    await tamper(`update audit_logs set after = '{"a": 3}' where id = $1`, [line]);
    await expect(verify(id)).resolves.toEqual([
      { audit_log_id: line, problem: 'the row was changed after it was sealed' },
    ]);
  });

  test('notices a row that was rehashed, taken out of the middle, or cut off at the end', async () => {
    const { id } = await createOrganization(api);
    for (const action of ['a', 'b', 'c', 'd']) await write(id, action);
    await seal();
    const problems = async (sql: string) => {
      await owner.query('begin');
      await owner.query('alter table audit_logs disable trigger refuse_change');
      await owner.query(sql, [id]);
      const found = await rows<{ problem: string }>(owner, 'select problem from private.verify_audit_logs($1)', [id]);
      await owner.query('rollback');
      return found.map(({ problem }) => problem);
    };
    await expect(
      problems(
        `update audit_logs a set action = 'x', row_hash = private.audit_row_hash(b) from (select * from audit_logs where organization_id = $1 and action = 'b') b where a.id = b.id`,
      ),
    ).resolves.not.toEqual([]);
    await expect(problems(`delete from audit_logs where organization_id = $1 and action = 'b'`)).resolves.toEqual([
      'rows before this one are missing',
    ]);
    await expect(problems(`delete from audit_logs where organization_id = $1 and action = 'd'`)).resolves.toEqual([
      'rows at the end of the chain are missing',
    ]);
  });

  test('is written by the backend only, and refuses what makes no sense', async () => {
    const authenticator = await connect(database.authenticatorUrl);
    await authenticator.query(`set role authenticated`);
    await expect(sqlState(authenticator, `select private.append_audit('[]')`)).resolves.toBe('BA012');
    await authenticator.end();
    await expect(
      sqlState(api, `select private.append_audit('[{"actor_type": "ghost", "action": "x"}]')`),
    ).resolves.toBe('BA001');
    await expect(sqlState(api, `select private.append_audit('[{"actor_type": "user"}]')`)).resolves.toBe('BA001');
  });
});

describe('partitions', () => {
  const leafOf = (table: string, where: string) =>
    one<{ leaf: string }>(owner, `select tableoid::regclass::text as leaf from ${table} where ${where} limit 1`);

  test('last month, this month and the months ahead are there, for every partitioned table', async () => {
    const parents = ['audit_logs', 'credit_transactions', 'events', 'webhook_attempts', 'webhook_deliveries'];
    const found = await rows<{ parent: string; leaves: number }>(
      owner,
      `select c.relname as parent, (select count(*)::int from pg_inherits i where i.inhparent = c.oid) as leaves
         from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' order by 1`,
    );
    expect(found).toEqual(parents.map((parent) => ({ parent, leaves: 6 })));
    await expect(one(worker, 'select private.ensure_partitions() as made')).resolves.toEqual({ made: 0 });
  });

  test('a row of today lies in its month; the default partitions are empty, which a monitor can ask', async () => {
    const { id } = await createOrganization(api);
    await append(worker, [event(id)]);
    const month = new Date().toISOString().slice(0, 7).replace('-', '_');
    await expect(leafOf('events', `organization_id = '${id}'`)).resolves.toEqual({ leaf: `parts.events_${month}` });
    const { total } = await one<{ total: bigint }>(
      worker,
      'select sum(row_count)::bigint as total from private.default_partition_rows()',
    );
    expect(total).toBe(0n);
  });

  test('rows that came before their partition move into it when it is made', async () => {
    const { id } = await createOrganization(api);
    await owner.query(
      `insert into events (organization_id, sequence, type, created_at) values ($1, 77, 'job.queued', now() + interval '8 months')`,
      [id],
    );
    await expect(leafOf('events', `organization_id = '${id}' and sequence = 77`)).resolves.toEqual({
      leaf: 'parts.events_default',
    });
    const { made } = await one<{ made: number }>(worker, 'select private.ensure_partitions(9) as made');
    expect(made).toBe(30);
    const { leaf } = await leafOf('events', `organization_id = '${id}' and sequence = 77`);
    expect(leaf).toMatch(/^parts\.events_\d{4}_\d{2}$/);
    await expect(
      rows(
        owner,
        `select relname from pg_class where relnamespace = 'parts'::regnamespace and relkind = 'r' and not relrowsecurity`,
      ),
    ).resolves.toEqual([]);
  });
});

describe('retention', () => {
  test('each plan keeps events, deliveries and audit lines for as long as it says; the ledger is kept', async () => {
    const [free, pro] = [await createOrganization(api, 5), await createOrganization(api, 5)];
    await api.query(`select private.set_plan($1, 'pro')`, [pro.id]);
    for (const { id } of [free, pro]) {
      await owner.query(
        `insert into events (organization_id, sequence, type, created_at) select $1, 100 + d, 'job.queued', now() - d * interval '1 day' from unnest(array[1, 45, 400]) d`,
        [id],
      );
    }
    const lines = await one(owner, 'select count(*) as n from credit_transactions');
    const { deleted } = await one<{ deleted: bigint }>(
      worker,
      `select deleted from private.apply_retention() where what = 'events'`,
    );
    expect(deleted).toBe(3n);
    const left = (id: string) =>
      rows(owner, 'select sequence from events where organization_id = $1 and sequence > 100 order by 1', [id]);
    await expect(left(free.id)).resolves.toEqual([{ sequence: 101n }]);
    await expect(left(pro.id)).resolves.toEqual([{ sequence: 101n }, { sequence: 145n }]);
    await expect(one(owner, 'select count(*) as n from credit_transactions')).resolves.toEqual(lines);
  });

  test('audit lines go with their plan’s time, from the beginning of the chain, and what is left still verifies', async () => {
    const [free, pro] = [await createOrganization(api, 5), await createOrganization(api, 5)];
    await api.query(`select private.set_plan($1, 'pro')`, [pro.id]);
    for (const id of [free.id, pro.id, null]) {
      await owner.query(
        `insert into audit_logs (organization_id, actor_type, action, target_id, created_at)
         select $1, 'system', 'tests.retain', d, now() - d * interval '1 day' from unnest(array[800, 400, 45, 1]) d`,
        [id],
      );
    }
    await worker.query('select private.seal_audit_logs()');
    await worker.query('select private.apply_retention()');
    const left = async (id: string | null) =>
      (
        await rows<{ target_id: string }>(
          owner,
          `select target_id from audit_logs where organization_id is not distinct from $1 and action = 'tests.retain' order by created_at`,
          [id],
        )
      ).map(({ target_id: days }) => Number(days));
    await expect(left(free.id)).resolves.toEqual([1]);
    await expect(left(pro.id)).resolves.toEqual([45, 1]);
    // The platform's own stay as long as the longest plan keeps any.
    await expect(left(null)).resolves.toEqual([800, 400, 45, 1]);
    for (const id of [free.id, pro.id]) {
      await expect(rows(api, 'select * from private.verify_audit_logs($1)', [id])).resolves.toEqual([]);
    }
  });
});
