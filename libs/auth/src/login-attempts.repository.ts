import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** How fast a bucket fills: so many attempts at once, then one every so many seconds. */
export interface SlowDown {
  burst: number;
  intervalSeconds: number;
}

/**
 * Leaky buckets (GCRA) on the database's clock. `locked_until` is the moment from which the next attempt is allowed;
 * it lies in the past while the burst is not used up. `failures` counts since the last success, for people who look.
 */
@Injectable()
export class LoginAttemptsRepository {
  /**
   * Counts an attempt as failed before it is made, so that a burst of parallel guesses cannot slip through between
   * check and count: the row lock puts concurrent attempts in line.
   * @returns false when the bucket is closed; nothing was counted then.
   */
  async countAttempt(db: Db, bucket: string, rule: SlowDown): Promise<boolean> {
    const unused = sql`now() - make_interval(secs => ${(rule.burst - 1) * rule.intervalSeconds}::float8)`;
    const interval = sql`make_interval(secs => ${rule.intervalSeconds}::float8)`;
    const result = await sql`
      insert into identity.login_attempts as attempt (bucket, failures, locked_until)
      values (${bucket}, 1, ${unused} + ${interval})
      on conflict (bucket) do update
        set failures = attempt.failures + 1,
            locked_until = greatest(attempt.locked_until, ${unused}) + ${interval}
      where attempt.locked_until <= now()`.execute(db);
    return (result.numAffectedRows ?? 0n) > 0n;
  }

  /** Seconds until the bucket opens; 0 when it is open. */
  async secondsLocked(db: Db, bucket: string): Promise<number> {
    const row = await db
      .selectFrom('identity.login_attempts')
      .select(sql<number>`greatest(0, extract(epoch from locked_until - now()))::float8`.as('seconds'))
      .where('bucket', '=', bucket)
      .executeTakeFirst();
    return row?.seconds ?? 0;
  }

  /** Takes back one counted attempt that turned out well. */
  async takeBack(db: Db, bucket: string, rule: SlowDown): Promise<void> {
    await db
      .updateTable('identity.login_attempts')
      .set({
        failures: sql`greatest(0, failures - 1)`,
        locked_until: sql`locked_until - make_interval(secs => ${rule.intervalSeconds}::float8)`,
      })
      .where('bucket', '=', bucket)
      .execute();
  }

  /** Whether somebody signed in to the account from there within so many days. */
  async isKnownPlace(db: Db, account: string, place: string, days: number): Promise<boolean> {
    const row = await db
      .selectFrom('identity.known_places')
      .select('place')
      .where('account', '=', account)
      .where('place', '=', place)
      .where('used_at', '>', sql<Date>`now() - make_interval(days => ${days}::int)`)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Remembers from where somebody signed in, and forgets what is older than so many days. */
  async rememberPlace(db: Db, account: string, place: string, days: number): Promise<void> {
    await sql`
      with old as (
        delete from identity.known_places p
         where p.used_at < now() - make_interval(days => ${days}::int) and (p.account, p.place) <> (${account}, ${place})
      )
      insert into identity.known_places (account, place) values (${account}, ${place})
          on conflict (account, place) do update set used_at = now()`.execute(db);
  }

  async forgetPlaces(db: Db, account: string): Promise<void> {
    await db.deleteFrom('identity.known_places').where('account', '=', account).execute();
  }

  async clear(db: Db, bucket: string): Promise<void> {
    await db.deleteFrom('identity.login_attempts').where('bucket', '=', bucket).execute();
  }

  /** A bucket and those within it. */
  async clearStartingWith(db: Db, prefix: string): Promise<void> {
    await db
      .deleteFrom('identity.login_attempts')
      .where(sql<boolean>`starts_with(bucket, ${prefix})`)
      .execute();
  }

  /** All buckets of one thing, whatever is counted in them. */
  async clearEndingWith(db: Db, suffix: string): Promise<void> {
    await db
      .deleteFrom('identity.login_attempts')
      .where(sql<boolean>`right(bucket, ${suffix.length}::int) = ${suffix}`)
      .execute();
  }
}
