import { setTimeout as sleep } from 'node:timers/promises';
import { withSql } from '../../test/support/sql.js';
import type { Ground } from '../support/ground.js';

/** Jobs from their acceptance to their end. */
export interface PipelineRun {
  perSecond: number;
  /** Of every job, milliseconds. */
  latenciesMs: number[];
}

/** Looking costs the database time that is not the pipeline's: more than a few jobs are looked at less often. */
const LOOK_EVERY_MS = { few: 25, many: 500 };
const FEW = 50;
/** Without another job ending for so long, something is stuck. */
const PATIENCE_MS = 60_000;

/** The moment from which jobs count, by the clock of the database. */
export async function beginRun({ ownerUrl }: Ground): Promise<Date> {
  const [row] = await withSql(ownerUrl, (query) => query<{ now: Date }>('select clock_timestamp() as now'));
  if (!row) throw new Error('The database does not tell the time');
  return row.now;
}

/**
 * Waits until `count` jobs that were made since `begun` have ended.
 * @throws Error when none ended for a minute
 */
export function untilAllEnded({ ownerUrl }: Ground, begun: Date, count: number): Promise<PipelineRun> {
  return withSql(ownerUrl, async (query) => {
    let ended = -1;
    let patientUntil = 0;
    while (ended < count) {
      const [row] = await query<{ ended: number }>(
        'select count(*)::int as ended from ai_jobs where created_at >= $1 and finished_at is not null',
        [begun],
      );
      if ((row?.ended ?? 0) > ended) patientUntil = Date.now() + PATIENCE_MS;
      ended = row?.ended ?? 0;
      if (ended < count && Date.now() > patientUntil) throw new Error(`Only ${ended} of ${count} jobs ended`);
      if (ended < count) await sleep(count > FEW ? LOOK_EVERY_MS.many : LOOK_EVERY_MS.few);
    }
    const jobs = await query<{ created_at: Date; finished_at: Date }>(
      'select created_at, finished_at from ai_jobs where created_at >= $1',
      [begun],
    );
    const first = Math.min(...jobs.map((job) => job.created_at.getTime()));
    const last = Math.max(...jobs.map((job) => job.finished_at.getTime()));
    return {
      perSecond: (count * 1000) / (last - first),
      latenciesMs: jobs.map((job) => job.finished_at.getTime() - job.created_at.getTime()),
    };
  });
}

/** @throws Error for a job that did not succeed, has not one file, or whose hold is open, and for a fault in the ledger */
export async function requireAllSucceeded({ ownerUrl }: Ground): Promise<void> {
  const faults = await withSql(ownerUrl, async (query) => [
    ...(await query(`
      select j.id, j.status, j.error_code
        from ai_jobs j
        left join credit_holds h on h.job_id = j.id
       where j.status <> 'succeeded' or h.state is distinct from 'settled'
          or (select count(*) from generations g where g.job_id = j.id) <> 1
       limit 5`)),
    ...(await query('select * from check_ledger()')),
  ]);
  if (faults.length > 0) throw new Error(`The books are wrong: ${JSON.stringify(faults)}`);
}
