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

  /** The events after a sequence, oldest first. */
  async listAfter(
    db: Db,
    organizationId: string,
    afterSequence: bigint,
    filter: EventFilter,
    limit: number,
  ): Promise<EventRow[]> {
    let query = db
      .selectFrom('events')
      .select(['id', 'organization_id', 'sequence', 'type', 'subject_id', 'project_id', 'data', 'created_at'])
      .where('organization_id', '=', organizationId)
      .where('sequence', '>', afterSequence);
    if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId);
    if (filter.projectId) query = query.where('project_id', '=', filter.projectId);
    if (filter.types?.length) query = query.where('type', 'in', filter.types);
    const rows = await query.orderBy('sequence').limit(limit).execute();
    return rows.map((row) => ({
      id: row.id,
      organizationId: row.organization_id,
      sequence: BigInt(row.sequence),
      type: row.type,
      subjectId: row.subject_id,
      projectId: row.project_id,
      data: row.data as Record<string, unknown>,
      createdAt: new Date(row.created_at),
    }));
  }

  /** The sequence of the newest event; 0 when there is none. */
  async lastSequence(db: Db, organizationId: string): Promise<bigint> {
    const row = await db
      .selectFrom('event_sequences')
      .select('last_sequence')
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return BigInt(row?.last_sequence ?? 0);
  }

  /** The sequence of one event, for `Last-Event-ID`. Undefined: unknown or not this organization's. */
  async sequenceOf(db: Db, organizationId: string, eventId: string): Promise<bigint | undefined> {
    const row = await db
      .selectFrom('events')
      .select('sequence')
      .where('organization_id', '=', organizationId)
      .where('id', '=', eventId)
      .executeTakeFirst();
    return row && BigInt(row.sequence);
  }
}
