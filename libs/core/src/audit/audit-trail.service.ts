import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Db, Trx } from '#core/db';
import { currentRequest } from '#core/http';
import type { AuditAction } from './audit-action.js';
import {
  type AuditActorType,
  AuditLinesRepository,
  type AuditOutcome,
  type NewAuditLine,
} from './audit-lines.repository.js';

/** Who did it. A `Principal` is one; `SYSTEM` is the platform by itself. */
export interface AuditActor {
  kind: AuditActorType;
  userId?: string | null;
  apiKeyId?: string | null;
  /** Of a principal: where the line belongs when it does not say so itself. */
  organization?: { id: string } | null;
}

export const SYSTEM: AuditActor = { kind: 'system' };
/** Nobody we know, e.g. somebody who tries to sign in. */
export const ANONYMOUS: AuditActor = { kind: 'anonymous' };

/** A person who acts on the own account, before there is a principal: signing in, following a link. */
export function personActor(userId: string): AuditActor {
  return { kind: 'user', userId };
}

export interface AuditEntry<Field extends string> {
  by: AuditActor;
  /** The id of what the action's `target` names. */
  target: string | null;
  /** Whose log; left out: the actor's organization, or the platform's when it acts in none. */
  organizationId?: string | null;
  /** Left out: `success`. */
  outcome?: AuditOutcome;
  /** What was; fields that the action does not declare are left out. */
  before?: Partial<Record<NoInfer<Field>, unknown>>;
  /** What is. */
  after?: Partial<Record<NoInfer<Field>, unknown>>;
  /** The names of fields that changed and whose values are secret or personal. */
  changed?: string[];
}

/**
 * Writes the audit log. A line is part of the transaction of the change it tells of: there is no change without its
 * line and no line of a change that was rolled back. Address, agent and request id are those of the current request.
 */
@Injectable()
export class AuditTrail {
  constructor(private readonly lines: AuditLinesRepository) {}

  /** Tells of one change. Works in tenant transactions and in those of the service. */
  async write<Field extends string>(trx: Trx, action: AuditAction<Field>, entry: AuditEntry<Field>): Promise<void> {
    await this.writeMany(trx, action, [entry]);
  }

  /** Tells of many changes of one kind, in one statement. */
  async writeMany<Field extends string>(
    trx: Trx,
    action: AuditAction<Field>,
    entries: AuditEntry<Field>[],
  ): Promise<void> {
    if (entries.length === 0) return;
    await this.lines.append(
      trx,
      entries.map((entry) => toLine(action, entry)),
    );
  }

  /** Tells of something that changed nothing and was not refused, e.g. an export: a statement of its own. */
  async note<Field extends string>(db: Db, action: AuditAction<Field>, entry: AuditEntry<Field>): Promise<void> {
    await this.lines.append(db, [toLine(action, entry)]);
  }

  /** The same of something that may be noticed many times, by several processes, and is to be told once. */
  async noteOnce<Field extends string>(db: Db, action: AuditAction<Field>, entry: AuditEntry<Field>): Promise<void> {
    await this.lines.appendOnce(db, toLine(action, entry));
  }
}

/** The line of an entry, with what the current request adds to it. */
export function toLine<Field extends string>(
  action: AuditAction<Field>,
  entry: AuditEntry<Field>,
  request: FastifyRequest | undefined = currentRequest(),
): NewAuditLine {
  const { by } = entry;
  const asOperator = by.kind === 'user' && request?.asOperator === true;
  return {
    organization_id: entry.organizationId === undefined ? (by.organization?.id ?? null) : entry.organizationId,
    actor_type: asOperator ? 'operator' : by.kind,
    actor_id: by.kind === 'api_key' ? (by.apiKeyId ?? null) : (by.userId ?? null),
    action: action.name,
    outcome: entry.outcome ?? 'success',
    target_type: entry.target === null ? null : action.target,
    target_id: entry.target,
    before: told(action, entry.before),
    after: told(action, entry.after),
    metadata: entry.changed?.length ? { changed: entry.changed } : {},
    address: addressOf(request),
    agent: request?.headers['user-agent']?.slice(0, 500) ?? null,
    request_id: request?.id ?? null,
  };
}

/** Behind a proxy it is what a header says, which may be anything: a line is not lost over that. */
function addressOf(request: FastifyRequest | undefined): string | null {
  const address = request?.ip.replace(/%.*$/, '') ?? '';
  return isIP(address) ? address : null;
}

/** Declared fields only, whatever was handed over: a row of a table may carry more than the log may show. */
function told<Field extends string>(
  action: AuditAction<Field>,
  values: Partial<Record<Field, unknown>> | undefined,
): object | null {
  if (!values) return null;
  const entries = action.fields
    .filter((field) => values[field] !== undefined)
    .map((field) => [field, plain(values[field])]);
  return entries.length > 0 ? (Object.fromEntries(entries) as object) : null;
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
