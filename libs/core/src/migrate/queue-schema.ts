import { createHash } from 'node:crypto';
import { runMigrations } from 'bullmq';
import type pg from 'pg';
import { QUEUES } from '#core/queue';

/**
 * Brings the queue's schema up to date with the queue library's own migrator, and gives it to the backend's two roles
 * and nobody else. Done here because the services' roles may not create anything.
 */
export async function migrateQueueSchema(client: pg.Client): Promise<number> {
  const version = await runMigrations(client);
  // The library makes a queue's counter with the first message that brings no id of its own; the services may not.
  for (const queue of QUEUES) {
    await client.query(`create sequence if not exists bullmq.${counterName(queue)}`);
  }
  await client.query(`
    begin;
    revoke all on schema bullmq from public;
    revoke all on all functions in schema bullmq from public;
    grant usage on schema bullmq to base_api, base_worker;
    grant all on all tables in schema bullmq to base_api, base_worker;
    grant all on all sequences in schema bullmq to base_api, base_worker;
    grant execute on all functions in schema bullmq to base_api, base_worker;
    commit;
  `);
  return version;
}

/** As the library's `job_id_seq_name()` makes it. */
function counterName(queue: string): string {
  return `bullmq_jid_${createHash('md5').update(queue).digest('hex')}`;
}
