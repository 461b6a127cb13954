import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';

/** For longer than OpenAI's clients go on trying. */
const REMEMBERED_SECONDS = 900;

/** Jobs whose askers went away before the answer, by what they had asked for. */
@Injectable()
export class UnansweredRequestsRepository {
  /** Of equal requests that went unanswered at the same time the last is remembered. */
  async remember(trx: Trx, organizationId: string, requestHash: string, jobId: string): Promise<void> {
    await trx
      .insertInto('idempotency_keys')
      .values({
        organization_id: organizationId,
        key: keyOf(requestHash),
        operation: 'v1.unanswered',
        request_hash: requestHash,
        resource_id: jobId,
      })
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'key']).doUpdateSet({ resource_id: jobId, created_at: sql`now()` }),
      )
      .execute();
  }

  /** The job of such a request, for one who asks again. */
  async take(trx: Trx, organizationId: string, requestHash: string): Promise<string | undefined> {
    const taken = await trx
      .deleteFrom('idempotency_keys')
      .where('organization_id', '=', organizationId)
      .where('key', '=', keyOf(requestHash))
      .returning([
        'resource_id',
        sql<boolean>`created_at > now() - ${REMEMBERED_SECONDS} * interval '1 second'`.as('fresh'),
      ])
      .executeTakeFirst();
    return taken?.fresh ? (taken.resource_id ?? undefined) : undefined;
  }
}

/** No caller's key has a space in it. */
function keyOf(requestHash: string): string {
  return `unanswered ${requestHash}`;
}
