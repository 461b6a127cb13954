import pg from 'pg';

/** How much `fillDatabase` makes. Jobs are spread over the organizations unevenly: the first has a tenth of all. */
export interface Volume {
  organizations: number;
  jobs: number;
  events: number;
}

/**
 * Fills a migrated database: organizations of one person each, finished jobs (one in 2,000 waits, another for its provider), a generation for
 * each, events, ledger lines, audit lines and usage.
 *
 * @param ownerUrl logs in as the owner
 */
export async function fillDatabase(ownerUrl: string, volume: Volume): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const statement of fillStatements(volume)) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The organization that has a tenth of all jobs, and its owner. */
export const BUSIEST = { organization: `md5('org1')::uuid`, owner: `md5('user1')::uuid` };

const fillStatements = ({ organizations, jobs, events }: Volume): string[] => [
  `insert into auth.users (id, email)
   select md5('user' || n)::uuid, 'user' || n || '@example.com' from generate_series(1, ${organizations}) n`,
  `insert into organizations (id, name, slug) select md5('org' || n)::uuid, 'Organization ' || n, 'org-' || n from generate_series(1, ${organizations}) n`,
  `insert into organization_members (organization_id, user_id, role) select md5('org' || n)::uuid, md5('user' || n)::uuid, 'owner' from generate_series(1, ${organizations}) n`,
  `insert into credit_balances (organization_id) select md5('org' || n)::uuid from generate_series(1, ${organizations}) n`,
  `create temporary table filling as
   select n, md5('org' || case when n % 10 = 0 then 1 else 1 + n % ${organizations} end)::uuid as organization_id,
          now() - interval '29 days' * (1 - n::float8 / ${jobs}) as at
     from generate_series(1, ${jobs}) n`,
  `alter table filling add job_id uuid`,
  // A UUIDv7 of the moment.
  `update filling set job_id = encode(int8send(((extract(epoch from at) * 1000)::bigint << 16) | 28672 | (n % 4096)) || substring(uuid_send(gen_random_uuid()) from 9 for 8), 'hex')::uuid`,
  `insert into ai_jobs (id, organization_id, type, model, provider, status, input, created_at, started_at, next_poll_at, finished_at, charged_credits)
   select job_id, organization_id, 'image', 'sandbox/image', 'sandbox',
          (case when n % 2000 = 0 then 'processing' when n % 1000 = 0 then 'queued' else 'succeeded' end)::job_status, '{"prompt": "a fox"}', at,
          case when n % 1000 <> 0 or n % 2000 = 0 then at end, case when n % 2000 = 0 then at end, case when n % 1000 <> 0 then at end, 5
     from filling`,
  `insert into generations (job_id, organization_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model, created_at)
   select job_id, organization_id, 0, 'image', 'image/png', 1000, repeat('a', 64), organization_id || '/' || job_id || '.png',
          (array['a fox in the snow', 'a harbour at dawn', 'uma raposa na neve', 'a street in the rain'])[1 + n % 4]
            || case when n % 5000 = 0 then ', a copper lighthouse' else '' end,
          'sandbox/image', at
     from filling`,
  `insert into event_sequences (organization_id, last_sequence)
   select organization_id, ceil(count(*) * ${events}::float8 / ${jobs})::bigint from filling group by organization_id`,
  `insert into events (organization_id, sequence, type, subject_id, data, created_at)
   select organization_id, row_number() over (partition by organization_id order by at, part), 'job.progress', job_id, '{"progress": 50}', at
     from filling, generate_series(1, (${events} / ${jobs})) part`,
  `insert into credit_transactions (organization_id, sequence, type, amount, available_delta, held_delta, balance_after, held_after, job_id, idempotency_key, created_at)
   select organization_id, row_number() over (partition by organization_id order by at), 'hold', 0, 0, 0, 0, 0, job_id, 'hold:' || job_id, at from filling`,
  `insert into audit_logs (organization_id, actor_type, action, created_at) select organization_id, 'user', 'jobs.create', at from filling where n % 5 = 0`,
  `insert into usage_daily (organization_id, day, job_type, model, provider, jobs_succeeded, credits)
   select organization_id, at::date, 'image', 'sandbox/image', 'sandbox', count(*), count(*) * 5 from filling group by 1, 2`,
  `drop table filling`,
  // A GIN index keeps what was inserted lately in a list, which a vacuum puts in its place.
  `vacuum (analyze)`,
];
