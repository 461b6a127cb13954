import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Db, InjectDb } from '#core/db';
import { currentRequest } from '#core/http';
import type { AuditAction } from './audit-action.js';
import { AuditLinesRepository, type NewAuditLine } from './audit-lines.repository.js';
import { type AuditEntry, toLine } from './audit-trail.service.js';

const FLUSH_INTERVAL_MS = 1000;
const WINDOW_MS = 60_000;
/** Kinds of notes (action, target, reason) of one actor that get lines of their own within a window. */
const MAX_KINDS = 20;
/** Actors that get lines of their own within a window. */
const MAX_ACTORS = 500;

interface Note {
  line: NewAuditLine;
  /** How often it happened in this window, and how often the log knows of. */
  seen: number;
  written: number;
}

/**
 * Audit lines of what changed nothing: denials, failed attempts. There is no transaction they could be part of, and
 * whoever is refused can be refused a thousand times a second, so they are bounded. The first of its kind (actor, action,
 * target, reason) is written within a second; what repeats within the minute is counted and told by one more line at
 * its end (`repeated`). An actor has at most 20 kinds and a process at most 500 actors a minute; what goes beyond is
 * lumped together: at most 42 lines per actor, some 21,000 per process.
 */
@Injectable()
export class AuditNotes implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly notes = new Map<string, Note>();
  private readonly kinds = new Map<string, number>();
  private windowEndsAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly lines: AuditLinesRepository,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS);
    this.timer.unref();
  }

  /**
   * Notes something for the log. Costs no statement now and never fails.
   * @param entry its `after` should carry the `code` of the refusal
   */
  note<Field extends string>(
    action: AuditAction<Field>,
    entry: AuditEntry<Field>,
    request: FastifyRequest | undefined = currentRequest(),
  ): void {
    if (this.notes.size === 0) this.windowEndsAt = Date.now() + WINDOW_MS;
    const line = this.bounded(toLine(action, entry, request));
    const key = JSON.stringify([
      actorOf(line),
      line.action,
      line.target_id,
      (line.after as { code?: string } | null)?.code,
    ]);
    const known = this.notes.get(key);
    if (known) known.seen++;
    else this.notes.set(key, { line, seen: 1, written: 0 });
  }

  /** Writes what is not written yet. Called every second; tests call it to read at once. */
  async flush(): Promise<void> {
    await this.flushing;
    this.flushing = this.write(Date.now() >= this.windowEndsAt);
    await this.flushing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.write(true);
  }

  private async write(windowIsOver: boolean): Promise<void> {
    const due = [...this.notes.values()].filter(
      ({ seen, written }) => written === 0 || (windowIsOver && seen > written),
    );
    const batch = due.map((note) => ({ note, seen: note.seen }));
    if (windowIsOver) this.forget();
    if (batch.length === 0) return;
    try {
      await this.lines.append(
        this.db,
        batch.map(({ note, seen }) => withRepeats(note, seen)),
      );
      for (const { note, seen } of batch) note.written = seen;
    } catch (error) {
      this.logger.error({ err: error, lines: batch.length }, 'Denials were not written to the audit log');
    }
  }

  private forget(): void {
    this.notes.clear();
    this.kinds.clear();
  }

  /** The line itself, or a coarser one when its actor, or the crowd of actors, has had enough lines. */
  private bounded(line: NewAuditLine): NewAuditLine {
    const actor = actorOf(line);
    const kinds = this.kinds.get(actor);
    if (kinds === undefined && this.kinds.size >= MAX_ACTORS) {
      return {
        ...line,
        organization_id: null,
        actor_type: 'anonymous',
        actor_id: null,
        target_id: null,
        after: { code: 'many_actors' },
        address: null,
        agent: null,
        request_id: null,
      };
    }
    const mark = JSON.stringify([actor, line.action, line.target_id, (line.after as { code?: string } | null)?.code]);
    if (this.notes.has(mark)) return line;
    if ((kinds ?? 0) >= MAX_KINDS) return { ...line, target_id: null, after: { code: 'many_kinds' } };
    this.kinds.set(actor, (kinds ?? 0) + 1);
    return line;
  }
}

/** An actor nobody knows is known by the address. */
function actorOf(line: NewAuditLine): string {
  return [line.organization_id, line.actor_type, line.actor_id ?? line.address].join(' ');
}

function withRepeats({ line, written }: Note, seen: number): NewAuditLine {
  const repeated = written === 0 ? seen - 1 : seen - written;
  return repeated === 0 ? line : { ...line, after: { ...line.after, repeated } };
}
