import type pg from 'pg';
import type { Log } from './connection.js';
import { MigrationError } from './migrate.errors.js';

/** What a migrator works with. */
export interface Run {
  client: pg.Client;
  log: Log;
  lockTimeoutMs: number;
}

/** A change that cannot get its table lock gives up rather than making everybody queue behind it. */
const TABLE_LOCK_TIMEOUT = '10s';
const LOCK_NOT_AVAILABLE = '55P03';

/** Runs `work` in a transaction that no other migrator's transaction overlaps. */
export async function underLock<T>({ client, log, lockTimeoutMs }: Run, work: () => Promise<T>): Promise<T> {
  const lock = `hashtext('base-agency'), hashtext('migrate')`;
  await client.query('begin');
  try {
    await client.query(
      `set local client_min_messages = warning; set local lock_timeout = '${Math.ceil(lockTimeoutMs)}ms'`,
    );
    const { rows } = await client.query<{ free: boolean }>(`select pg_try_advisory_xact_lock(${lock}) as free`);
    if (!rows[0]?.free) {
      log('database: another migrator is at work, waiting for it');
      await client.query(`select pg_advisory_xact_lock(${lock})`).catch((error: unknown) => {
        if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
        throw new MigrationError('Another migrator has been at work for too long: look at it first.', { cause: error });
      });
    }
    await client.query(`set local lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
