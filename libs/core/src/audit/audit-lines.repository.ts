import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

export type AuditActorType = 'user' | 'api_key' | 'operator' | 'system' | 'anonymous';
export type AuditOutcome = 'success' | 'denied' | 'failed';

/** A line as `private.append_audit()` takes it. */
export interface NewAuditLine {
  /** Null: the platform itself. */
  organization_id: string | null;
  actor_type: AuditActorType;
  actor_id: string | null;
  action: string;
  outcome: AuditOutcome;
  target_type: string | null;
  target_id: string | null;
  before: object | null;
  after: object | null;
  metadata: object;
  address: string | null;
  agent: string | null;
  request_id: string | null;
}

@Injectable()
export class AuditLinesRepository {
  /** Writes lines in the caller's transaction, whichever role it has taken. */
  async append(db: Db, lines: NewAuditLine[]): Promise<void> {
    await sql`select private.append_audit(${JSON.stringify(lines)}::jsonb)`.execute(db);
  }
}
