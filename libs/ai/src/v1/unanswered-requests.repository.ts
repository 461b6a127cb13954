import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';

const OPERATION = 'v1.unanswered';
/** Remembered for longer than OpenAI's clients go on trying. */
const OUTDATED = sql<Date>`now() - interval '15 minutes'`;

/** Jobs whose askers went away before the answer, by what they had asked for. */
@Injectable()
export class UnansweredRequestsRepository {
  async remember(trx: Trx, organizationId: string, requestHash: string, jobId: string): Promise<void> {
    await trx
      .deleteFrom('idempotency_keys')
      .where('organization_id', '=', organizationId)
      .where('operation', '=', OPERATION)
      .where('created_at', '<', OUTDATED)
      .execute();
    await trx
      .insertInto('idempotency_keys')
      .values({
        organization_id: organizationId,
        // No caller's key has a space in it. Equal requests may go unanswered at the same time.
        key: `unanswered ${jobId}`,
        operation: OPERATION,
        request_hash: requestHash,
        resource_id: jobId,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'key']).doNothing())
      .execute();
  }

  /** The oldest job of such a request, for one who asks again; each is told once. */
  async take(trx: Trx, organizationId: string, requestHash: string): Promise<string | undefined> {
    const taken = await trx
      .deleteFrom('idempotency_keys')
      .where('organization_id', '=', organizationId)
      .where('key', '=', (query) =>
        query
          .selectFrom('idempotency_keys')
          .select('key')
          .where('organization_id', '=', organizationId)
          .where('operation', '=', OPERATION)
          .where('request_hash', '=', requestHash)
          .where('created_at', '>=', OUTDATED)
          .orderBy('created_at')
          .limit(1)
          .forUpdate()
          .skipLocked(),
      )
      .returning('resource_id')
      .executeTakeFirst();
    return taken?.resource_id ?? undefined;
  }
}
