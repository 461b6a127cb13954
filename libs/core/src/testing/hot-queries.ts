/** A statement that runs all the time, as a service or a tenant sends it. `$1` is an organization. */
export interface HotQuery {
  name: string;
  as: 'tenant' | 'base_api' | 'base_worker';
  sql: string;
  /** Values for `$2` and further, as SQL expressions over the organization `$1`. */
  values?: string[];
  /** The most that its 95th percentile may be with a million jobs, milliseconds; left out: no promise was made. */
  barMs?: number;
}

/** What the gallery shows of each file of a page, looked up for those of the page only. */
const withBelongings = (page: string): string => `
  select file.id, file.storage_path, file.prompt, file.created_at, job.charged_credits, project.name, member.name,
         exists (select from favorites mine where mine.user_id = (select auth.uid()) and mine.generation_id = file.id)
    from (${page}) as file
    join ai_jobs job on job.id = file.job_id and job.organization_id = $1
    left join projects project on project.id = file.project_id and project.organization_id = $1 and project.deleted_at is null
    left join users member on member.id = file.user_id
   order by file.created_at desc, file.id desc`;

/** What the Studio promises of a page of the gallery, and of a search in prompts. */
const GALLERY_BAR_MS = 50;
const SEARCH_BAR_MS = 150;

/** The most frequent reads; each must be served by an index, however large the tables are. */
export const HOT_QUERIES: readonly HotQuery[] = [
  {
    name: 'jobs, newest page',
    as: 'tenant',
    sql: 'select id, status, model, created_at from ai_jobs where organization_id = $1 order by id desc limit 20',
  },
  {
    name: 'jobs, a later page',
    as: 'tenant',
    sql: 'select id, status, model, created_at from ai_jobs where organization_id = $1 and id < $2 order by id desc limit 20',
    values: ['(select id from ai_jobs where organization_id = $1 order by id desc offset 30 limit 1)'],
  },
  {
    name: 'one job',
    as: 'tenant',
    sql: 'select * from ai_jobs where organization_id = $1 and id = $2',
    values: ['(select id from ai_jobs where organization_id = $1 order by id desc limit 1)'],
  },
  {
    name: 'gallery page',
    as: 'tenant',
    barMs: GALLERY_BAR_MS,
    sql: withBelongings(
      'select * from generations where organization_id = $1 and deleted_at is null order by created_at desc, id desc limit 60',
    ),
  },
  {
    name: 'gallery page of one model',
    as: 'tenant',
    barMs: GALLERY_BAR_MS,
    sql: `select id, storage_path, prompt, created_at from generations
           where organization_id = $1 and deleted_at is null and model = 'sandbox/image' order by created_at desc, id desc limit 60`,
  },
  {
    name: 'gallery page, later, of images',
    as: 'tenant',
    barMs: GALLERY_BAR_MS,
    sql: `select id, storage_path, prompt, created_at from generations
           where organization_id = $1 and deleted_at is null and type = 'image'
             and (created_at, id) < (select created_at, id from generations where organization_id = $1 and id = $2)
           order by created_at desc, id desc limit 60`,
    values: ['(select id from generations where organization_id = $1 order by created_at desc offset 100 limit 1)'],
  },
  {
    name: 'prompt search among images',
    as: 'tenant',
    barMs: SEARCH_BAR_MS,
    sql: `select id from search_generations($1, 'raposa', filters => '{"type": "image", "model": "sandbox/image"}')`,
  },
  {
    name: 'prompt search, with what belongs to each file',
    as: 'tenant',
    barMs: SEARCH_BAR_MS,
    sql: withBelongings(
      `select * from generations where organization_id = $1 and id in (select id from search_generations($1, 'raposa'))`,
    ),
  },
  {
    name: 'prompt search, a rare word',
    as: 'tenant',
    barMs: SEARCH_BAR_MS,
    sql: `select id from search_generations($1, 'copper lighthouse')`,
  },
  {
    name: 'prompt search, a common word',
    as: 'tenant',
    barMs: SEARCH_BAR_MS,
    sql: `select id from search_generations($1, 'raposa')`,
  },
  {
    name: 'events after a sequence',
    as: 'base_api',
    sql: 'select * from private.list_events_after($1, $2, null, null, null, false, 500)',
    values: ['(select greatest(last_sequence - 20, 0) from event_sequences where organization_id = $1)'],
  },
  {
    name: 'events of a job',
    as: 'base_api',
    sql: 'select * from private.list_events_after($1, 0, $2, null, null, null, 500)',
    values: ['(select subject_id from events where organization_id = $1 order by sequence desc limit 1)'],
  },
  {
    name: 'ledger page',
    as: 'tenant',
    sql: 'select id, sequence, type, amount, balance_after from credit_transactions where organization_id = $1 order by sequence desc limit 50',
  },
  {
    name: 'usage of a month',
    as: 'tenant',
    sql: 'select day, sum(credits) from usage_daily where organization_id = $1 and day >= current_date - 30 group by day',
  },
  {
    name: 'balance',
    as: 'tenant',
    sql: 'select available, held from credit_balances where organization_id = $1',
  },
  {
    name: 'running jobs of an organization',
    as: 'tenant',
    sql: `select count(*) from ai_jobs where organization_id = $1 and status in ('queued', 'processing')`,
  },
  {
    name: 'sweep of forgotten jobs',
    as: 'base_worker',
    sql: `select id from ai_jobs
           where status in ('queued', 'processing')
             and coalesce(enqueued_at, created_at) < now() - interval '30 seconds'
             and (status = 'queued' or coalesce(lease_expires_at, next_poll_at, '-infinity') < now() - interval '30 seconds')
           order by coalesce(enqueued_at, created_at) limit 100`,
  },
  {
    name: 'jobs whose provider is to be asked again',
    as: 'base_worker',
    sql: `select id from ai_jobs where status = 'processing' and next_poll_at <= now() and lease_expires_at is null
           order by next_poll_at limit 64`,
  },
  {
    name: 'audit page',
    as: 'tenant',
    sql: 'select id, action, created_at from audit_logs where organization_id = $1 order by created_at desc, id desc limit 50',
  },
];
