import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { EventType } from './event-types.js';

/** A line of the event log. `sequence` counts per organization, in the order of commits, without gaps. */
export interface EventRow {
  id: string;
  organizationId: string;
  sequence: bigint;
  type: string;
  subjectId: string | null;
  projectId: string | null;
  data: Record<string, unknown>;
  /** About a test job. */
  testMode: boolean;
  createdAt: Date;
}

export interface NewEvent {
  organizationId: string;
  type: EventType;
  subjectId: string;
  projectId?: string | null;
  data: Record<string, unknown>;
}

export interface EventFilter {
  subjectId?: string;
  projectId?: string;
  types?: string[];
  /** Only of test jobs, or none of them. */
  testMode?: boolean;
}

/** The event log. Written in the transaction that makes the fact; read by streams, webhooks and the pull API. */
@Injectable()
export class EventsRepository {
  /** Appends events and gives them their sequence. Locks the organization's counter until commit: call it last. */
  async append(trx: Trx, events: NewEvent[]): Promise<void> {
    const rows = events.map((event) => ({
      organization_id: event.organizationId,
      type: event.type,
      subject_id: event.subjectId,
      project_id: event.projectId ?? null,
      data: event.data,
    }));
    await sql`select 1 from public.append_events(${JSON.stringify(rows)}::jsonb)`.execute(trx);
  }

  /** The events after a sequence, oldest first. `trx` acts as the tenant. */
  async listAfter(
    trx: Trx,
    organizationId: string,
    afterSequence: bigint,
    filter: EventFilter,
    limit: number,
  ): Promise<EventRow[]> {
    let query = trx
      .selectFrom('events')
      .select([
        'id',
        'organization_id',
        'sequence',
        'type',
        'subject_id',
        'project_id',
        'data',
        'test_mode',
        'created_at',
      ])
      .where('organization_id', '=', organizationId)
      .where('sequence', '>', afterSequence);
    if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId);
    if (filter.projectId) query = query.where('project_id', '=', filter.projectId);
    if (filter.types?.length) query = query.where('type', 'in', filter.types);
    if (filter.testMode !== undefined) query = query.where('test_mode', '=', filter.testMode);
    return (await query.orderBy('sequence').limit(limit).execute()).map(toEvent);
  }

  /**
   * The same for streams, which were authorized when they were opened and are read for many connections at once:
   * through a function that the API's role may call without a tenant context.
   */
  async listForStream(
    db: Db,
    organizationId: string,
    afterSequence: bigint,
    filter: EventFilter,
    limit: number,
  ): Promise<EventRow[]> {
    const result = await sql<StoredEvent>`
      select id, organization_id, sequence, type, subject_id, project_id, data, test_mode, created_at
        from private.list_events_after(${organizationId}::uuid, ${afterSequence}::bigint, ${filter.subjectId ?? null}::uuid,
                                       ${filter.projectId ?? null}::uuid, ${filter.types?.length ? filter.types : null}::text[],
                                       ${filter.testMode ?? null}::boolean, ${limit}::int)`.execute(db);
    return result.rows.map(toEvent);
  }

  /** The sequence of the newest event of each organization that has one. */
  async listPositions(db: Db, organizationIds: string[]): Promise<Map<string, bigint>> {
    const result = await sql<{ organization_id: string; last_sequence: bigint }>`
      select organization_id, last_sequence from private.list_event_positions(${organizationIds}::uuid[])`.execute(db);
    return new Map(result.rows.map((row) => [row.organization_id, row.last_sequence]));
  }

  /** The sequence of one event, for `Last-Event-ID`. Undefined: unknown or not this organization's. */
  async sequenceOf(trx: Trx, organizationId: string, eventId: string): Promise<bigint | undefined> {
    const row = await trx
      .selectFrom('events')
      .select('sequence')
      .where('organization_id', '=', organizationId)
      .where('id', '=', eventId)
      .executeTakeFirst();
    return row?.sequence;
  }
}

interface StoredEvent {
  id: string;
  organization_id: string;
  sequence: bigint;
  type: string;
  subject_id: string | null;
  project_id: string | null;
  data: unknown;
  test_mode: boolean;
  created_at: Date;
}

function toEvent(row: StoredEvent): EventRow {
  return {
    id: row.id,
    organizationId: row.organization_id,
    sequence: row.sequence,
    type: row.type,
    subjectId: row.subject_id,
    projectId: row.project_id,
    data: row.data as Record<string, unknown>,
    testMode: row.test_mode,
    createdAt: new Date(row.created_at),
  };
}
