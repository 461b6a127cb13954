import { runMigrations } from 'bullmq';
import { type Run, underLock } from './migration-lock.js';

/**
 * Brings the queue's schema up to date with the queue library's own migrator, and gives it to the backend's two roles
 * and nobody else. Done here because the services' roles may not create anything.
 *
 * Three of the library's functions make or drop a sequence per queue on first use; they run with the owner's rights, so
 * that a new queue needs no migration.
 */
export async function migrateQueueSchema(run: Run): Promise<number> {
  const version = await runMigrations(run.client);
  await underLock(run, () => run.client.query(GRANTS));
  return version;
}

const GRANTS = `
    revoke all on schema bullmq from public;
    revoke all on all functions in schema bullmq from public;
    grant usage on schema bullmq to base_api, base_worker;
    grant all on all tables in schema bullmq to base_api, base_worker;
    grant all on all sequences in schema bullmq to base_api, base_worker;
    grant execute on all functions in schema bullmq to base_api, base_worker;
    alter default privileges in schema bullmq grant all on sequences to base_api, base_worker;
    do $$
    declare
      maker regprocedure;
    begin
      for maker in
        select p.oid::regprocedure from pg_catalog.pg_proc p
         where p.pronamespace = 'bullmq'::regnamespace and p.proname in ('next_job_id', 'add_jobs_bulk', 'obliterate')
      loop
        execute format('alter function %s security definer', maker);
      end loop;
    end
    $$;
`;
