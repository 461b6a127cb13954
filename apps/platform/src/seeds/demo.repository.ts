import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

/** What the demo scenario does as the owner of the database. */
export class DemoRepository {
  async findUserId(db: Db, email: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row?.id;
  }

  async isKeyInUse(db: Db, apiKeyId: string): Promise<boolean> {
    const row = await db
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Whether the gift of this key was made before; it is made once per organization, for ever. */
  async wasGiven(trx: Trx, organizationId: string, idempotencyKey: string): Promise<boolean> {
    const row = await trx
      .selectFrom('credit_transactions')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Through the ledger, like every other movement. */
  async give(trx: Trx, organizationId: string, amountCredits: bigint, idempotencyKey: string): Promise<void> {
    await sql`select 1 from public.credit_credits(
      ${organizationId}::uuid, ${amountCredits}::bigint, 'grant', ${idempotencyKey}, 'Demo credits')`.execute(trx);
  }

  async setPlan(trx: Trx, organizationId: string, plan: 'business'): Promise<void> {
    await trx.updateTable('organizations').set({ plan }).where('id', '=', organizationId).execute();
    await trx
      .updateTable('subscriptions')
      .set({ plan })
      .where('organization_id', '=', organizationId)
      .where('status', '<>', 'canceled')
      .execute();
  }
}
