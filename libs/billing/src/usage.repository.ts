import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';

/** What the jobs that ended on a day were charged; of live ones. */
export interface UsageDay {
  /** `2026-11-22`, where the organization is. */
  day: string;
  credits: bigint;
  jobs: bigint;
}

/** What the jobs of each day came to; a trigger counts them as they end. */
@Injectable()
export class UsageRepository {
  /** The last days up to today, the oldest first; those without a job too. */
  async listDays(trx: Trx, organizationId: string, count: number): Promise<UsageDay[]> {
    const { rows } = await sql<UsageDay>`
      with place as (
        select (now() at time zone time_zone)::date as today from public.organizations where id = ${organizationId}::uuid
      )
      select to_char(span.midnight, 'YYYY-MM-DD') as day, coalesce(sum(u.credits), 0)::bigint as credits,
             coalesce(sum(u.jobs_succeeded), 0)::bigint as jobs
        from place
       cross join lateral generate_series(place.today - (${count}::int - 1), place.today, interval '1 day') as span (midnight)
        left join public.usage_daily u
          on u.organization_id = ${organizationId}::uuid and u.day = span.midnight::date and not u.test_mode
       group by span.midnight
       order by span.midnight`.execute(trx);
    return rows;
  }
}
