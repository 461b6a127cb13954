import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

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

/** A line as its readers see it. */
export interface AuditLineRow {
  id: string;
  /** Null: the platform itself. */
  organizationId: string | null;
  createdAt: Date;
  actorType: string;
  actorId: string | null;
  action: string;
  outcome: string;
  targetType: string | null;
  targetId: string | null;
  before: unknown;
  after: unknown;
  metadata: unknown;
  address: string | null;
  agent: string | null;
  requestId: string | null;
  sequence: number | null;
}

/** Whose lines: an organization's, the platform's own (null), or all. */
export type AuditScope = { organizationId: string | null } | 'all';

/** What is given must fit. */
export interface AuditFilter {
  actorType?: string;
  actorId?: string;
  /** `api_keys.create`, or `api_keys.*` for all of a kind. */
  action?: string;
  outcome?: string;
  targetType?: string;
  targetId?: string;
  from?: Date;
  to?: Date;
}

/** A line, or the end of a chain, that is not as it was sealed. */
export interface AuditBreak {
  organizationId: string | null;
  auditLogId: string | null;
  sequence: number;
  problem: string;
}

export interface AuditCounts {
  chains: number;
  sealedLines: number;
  unsealedLines: number;
}

@Injectable()
export class AuditLinesRepository {
  /** Writes lines in the caller's transaction, whichever role it has taken. */
  async append(db: Db, lines: NewAuditLine[]): Promise<void> {
    await sql`select private.append_audit(${JSON.stringify(lines)}::jsonb)`.execute(db);
  }

  /** Writes a line unless the log has one of the same actor, action and target. */
  async appendOnce(db: Db, line: NewAuditLine): Promise<void> {
    await sql`select private.append_audit_once(${JSON.stringify(line)}::jsonb)`.execute(db);
  }

  /** Newest first; `before` is the last line of the page before. */
  async list(
    trx: Trx,
    scope: AuditScope,
    filter: AuditFilter,
    limit: number,
    before?: string,
  ): Promise<AuditLineRow[]> {
    let query = trx
      .selectFrom('audit_logs')
      .select([
        'id',
        'organization_id as organizationId',
        'created_at as createdAt',
        'actor_type as actorType',
        'actor_id as actorId',
        'action',
        'outcome',
        'target_type as targetType',
        'target_id as targetId',
        'before',
        'after',
        'metadata',
        sql<string | null>`host(address)`.as('address'),
        'agent',
        'request_id as requestId',
        sql<number | null>`seal_sequence::float8`.as('sequence'),
      ]);
    if (scope !== 'all') {
      const { organizationId } = scope;
      query = query.where('organization_id', organizationId === null ? 'is' : '=', organizationId);
    }
    if (filter.actorType) query = query.where('actor_type', '=', filter.actorType);
    if (filter.actorId) query = query.where('actor_id', '=', filter.actorId);
    if (filter.action?.endsWith('.*')) {
      query = query.where(sql<boolean>`starts_with(action, ${filter.action.slice(0, -1)})`);
    } else if (filter.action) query = query.where('action', '=', filter.action);
    if (filter.outcome) query = query.where('outcome', '=', filter.outcome);
    if (filter.targetType) query = query.where('target_type', '=', filter.targetType);
    if (filter.targetId) query = query.where('target_id', '=', filter.targetId);
    if (filter.from) query = query.where('created_at', '>=', filter.from);
    if (filter.to) query = query.where('created_at', '<', filter.to);
    if (before) {
      query = query.where(
        sql<boolean>`(created_at, id) < (
          select cursor.created_at, cursor.id from audit_logs as cursor
           where cursor.id = ${before}::uuid
             and (${scope === 'all'} or cursor.organization_id is not distinct from ${scope === 'all' ? null : scope.organizationId}::uuid))`,
      );
    }
    return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  }

  /** Whether there is, or was, such an organization: a chain outlives it. */
  async hasChain(db: Db, organizationId: string): Promise<boolean> {
    const result = await sql<{
      known: boolean;
    }>`select private.has_audit_chain(${organizationId}::uuid) as known`.execute(db);
    return result.rows[0]?.known ?? false;
  }

  /**
   * How much there is to check.
   * @param organizationId null: everything
   */
  async count(db: Db, organizationId: string | null): Promise<AuditCounts> {
    const result = await sql<AuditCounts>`
      select chains::float8 as chains, sealed_lines::float8 as "sealedLines", unsealed_lines::float8 as "unsealedLines"
        from private.count_audit_logs(${organizationId}::uuid)`.execute(db);
    return result.rows[0] ?? { chains: 0, sealedLines: 0, unsealedLines: 0 };
  }

  /**
   * Where chains are broken, in order; all chains when none is named.
   * @param limit at most so many
   */
  async listBreaks(db: Db, organizationId: string | null, limit: number): Promise<AuditBreak[]> {
    const result = await sql<AuditBreak>`
      select organization_id as "organizationId", audit_log_id as "auditLogId", seal_sequence::float8 as sequence, problem
        from private.verify_audit_logs(${organizationId}::uuid)
       order by organization_id nulls first, seal_sequence
       limit ${limit}::int`.execute(db);
    return result.rows;
  }
}
