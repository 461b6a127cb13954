import { Redis } from 'ioredis';
import { withSql } from '../../test/support/sql.js';
import { BARE_SCHEMA } from './bare-schema.js';
import type { Ground } from '../support/ground.js';

/** The API, or the bare route. */
export type Side = 'ours' | 'bare';

const BARE_CREDITS = 1_000_000_000_000;

/** What one side has written so far. */
export interface Counts {
  jobs: number;
  /** Jobs whose credits are held by exactly one open hold. */
  held: number;
  /** Messages on the queue; no worker takes them here. */
  messages: number;
}

/** Makes the schema of the bare route, with the same organizations. */
export async function prepareBare(ground: Ground, organizationIds: string[]): Promise<void> {
  await withSql(ground.ownerUrl, async (query) => {
    await query(BARE_SCHEMA);
    await query('insert into bare.balance (organization_id, available) select unnest($1::uuid[]), $2', [
      organizationIds,
      BARE_CREDITS,
    ]);
  });
}

/**
 * Looks into the database: an answer is worth nothing if it is not a job, with its credits held and its message sent.
 * @throws Error when anything is missing or too much since `before`, or when the ledger has a fault
 */
export async function requireAllAccepted(ground: Ground, side: Side, before: Counts, accepted: number): Promise<void> {
  const after = await countWritten(ground, side);
  const written = (what: keyof Counts) => after[what] - before[what];
  for (const what of ['jobs', 'held'] as const) {
    if (written(what) !== accepted)
      throw new Error(`${side}: ${accepted} accepted, but ${written(what)} ${what} written`);
  }
  // Jobs of ours that are accepted together share a message.
  const fewest = side === 'ours' ? 1 : accepted;
  if (written('messages') < fewest || written('messages') > accepted) {
    throw new Error(`${side}: ${accepted} accepted, but ${written('messages')} messages written`);
  }
  const faults = await withSql(ground.ownerUrl, (query) => query('select * from check_ledger()'));
  if (faults.length > 0) throw new Error(`The ledger is broken: ${JSON.stringify(faults)}`);
}

const JOBS = {
  ours: `select count(*)::int as jobs, count(h.job_id)::int as held
           from ai_jobs j
           left join credit_holds h on h.job_id = j.id and h.amount = j.held_credits and h.amount > 0 and h.state = 'active'`,
  bare: `select count(*)::int as jobs, count(l.job_id)::int as held
           from bare.job j left join bare.ledger l on l.job_id = j.id and l.amount = -j.held_credits`,
};
const QUEUES = { ours: { prefix: 'base', name: 'image' }, bare: { prefix: 'bull', name: 'bare' } };

/** What the side has written since the database was made. */
export function countWritten({ ownerUrl, redisUrl }: Ground, side: Side): Promise<Counts> {
  const { prefix, name } = QUEUES[side];
  return withSql(ownerUrl, async (query) => {
    const [row] = await query<{ jobs: number; held: number }>(JOBS[side]);
    const messages = redisUrl
      ? await countOnRedis(redisUrl, `${prefix}:${name}`)
      : (await query<{ count: number }>('select count(*)::int from bullmq.job where queue = $1', [name]))[0]?.count;
    return { jobs: row?.jobs ?? 0, held: row?.held ?? 0, messages: messages ?? 0 };
  });
}

async function countOnRedis(url: string, queueKey: string): Promise<number> {
  const redis = new Redis(url);
  try {
    return (await redis.llen(`${queueKey}:wait`)) + (await redis.zcard(`${queueKey}:prioritized`));
  } finally {
    redis.disconnect();
  }
}
