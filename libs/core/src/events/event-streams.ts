import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { EventSignals } from '#core/realtime';
import { type EventFilter, type EventRow, EventsRepository } from './events.repository.js';

export interface StreamOptions {
  organizationId: string;
  /** Events after this sequence are replayed first. Undefined: only what happens from now on. */
  afterSequence?: bigint;
  filter: EventFilter;
}

interface Subscriber {
  position: bigint;
  live: boolean;
  closed: boolean;
  filter: EventFilter;
  deliver: (events: EventRow[]) => void;
  end: () => void;
}

/** One organization's place in the log, shared by all of its streams in this process: each event is read once. */
interface Tail {
  position: bigint;
  subscribers: Set<Subscriber>;
  reading: boolean;
  again: boolean;
}

const PAGE = 500;
/** A lost signal delays an event by at most this. */
const LOOK_ANYWAY_MS = 5000;

/**
 * Live event streams over the log. A signal only says "look"; order and completeness come from the sequence, so a
 * stream that reconnects with the last id it saw misses nothing and sees nothing twice.
 */
@Injectable()
export class EventStreams implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Events');
  private readonly tails = new Map<string, Promise<Tail>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.signals.onSignal((ids) => ids.forEach((id) => void this.advance(id)));
    this.signals.onGap(() => void this.lookAtAll());
    await this.signals.receive();
    this.timer = setInterval(() => void this.lookAtAll(), LOOK_ANYWAY_MS);
  }

  /** Ends every stream, so that the server can close; clients come back and resume by id. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const made of this.tails.values()) {
      const tail = await made.catch(() => undefined);
      tail?.subscribers.forEach((subscriber) => subscriber.end());
    }
  }

  /**
   * Opens a stream: replays, then goes live without a gap.
   * @returns a function that closes it.
   */
  async open(options: StreamOptions, deliver: (events: EventRow[]) => void, end: () => void): Promise<() => void> {
    const tail = await this.liveTailOf(options.organizationId);
    const subscriber: Subscriber = {
      position: options.afterSequence ?? tail.position,
      live: options.afterSequence === undefined,
      closed: false,
      filter: options.filter,
      deliver,
      end,
    };
    tail.subscribers.add(subscriber);
    const close = (): void => {
      subscriber.closed = true;
      tail.subscribers.delete(subscriber);
      if (tail.subscribers.size === 0) this.tails.delete(options.organizationId);
    };
    if (!subscriber.live) {
      this.replay(options.organizationId, tail, subscriber).catch((error: unknown) => {
        // The client comes back with the last id it saw.
        this.logger.warn(`A replay broke off: ${messageOf(error)}`);
        close();
        end();
      });
    }
    return close;
  }

  private async replay(organizationId: string, tail: Tail, subscriber: Subscriber): Promise<void> {
    while (!subscriber.closed) {
      const target = tail.position;
      const page = await this.events.listForStream(
        this.db,
        organizationId,
        subscriber.position,
        subscriber.filter,
        PAGE,
      );
      const last = page.at(-1);
      if (last) {
        subscriber.position = last.sequence;
        subscriber.deliver(page);
      }
      if (page.length === PAGE) continue;
      // The tail may have moved while the page was read; only when it did not is everything up to it delivered.
      if (tail.position === target) {
        if (subscriber.position < target) subscriber.position = target;
        subscriber.live = true;
        return;
      }
    }
  }

  /** A tail that is still in the map: the last stream of an organization may close while a new one opens. */
  private async liveTailOf(organizationId: string): Promise<Tail> {
    for (;;) {
      const made = this.tailOf(organizationId);
      const tail = await made;
      if (this.tails.get(organizationId) === made) return tail;
    }
  }

  private tailOf(organizationId: string): Promise<Tail> {
    const known = this.tails.get(organizationId);
    if (known) return known;
    const made = this.events.listPositions(this.db, [organizationId]).then((positions): Tail => ({
      position: positions.get(organizationId) ?? 0n,
      subscribers: new Set(),
      reading: false,
      again: false,
    }));
    this.tails.set(organizationId, made);
    made.catch(() => this.tails.delete(organizationId));
    return made;
  }

  /** Reads what is new for one organization and hands it to its live streams. */
  private async advance(organizationId: string): Promise<void> {
    const tail = await this.tails.get(organizationId)?.catch(() => undefined);
    if (!tail) return;
    if (tail.reading) {
      tail.again = true;
      return;
    }
    tail.reading = true;
    try {
      do {
        tail.again = false;
        const page = await this.events.listForStream(this.db, organizationId, tail.position, {}, PAGE);
        const last = page.at(-1);
        if (!last) continue;
        tail.position = last.sequence;
        for (const subscriber of tail.subscribers) if (subscriber.live) hand(subscriber, page);
        if (page.length === PAGE) tail.again = true;
      } while (tail.again);
    } catch (error) {
      this.logger.warn(`Reading events failed, trying again shortly: ${(error as Error).message}`);
    } finally {
      tail.reading = false;
    }
  }

  private async lookAtAll(): Promise<void> {
    if (this.tails.size === 0) return;
    try {
      const positions = await this.events.listPositions(this.db, [...this.tails.keys()]);
      for (const [organizationId, position] of positions) {
        const tail = await this.tails.get(organizationId);
        if (tail && tail.position < position) void this.advance(organizationId);
      }
    } catch (error) {
      this.logger.warn(`Looking for events failed, trying again shortly: ${(error as Error).message}`);
    }
  }
}

function hand(subscriber: Subscriber, page: EventRow[]): void {
  const fresh = page.filter((event) => event.sequence > subscriber.position && matches(event, subscriber.filter));
  const last = page.at(-1);
  if (last && last.sequence > subscriber.position) subscriber.position = last.sequence;
  if (fresh.length > 0) subscriber.deliver(fresh);
}

function matches(event: EventRow, { subjectId, projectId, types, testMode }: EventFilter): boolean {
  return (
    (!subjectId || event.subjectId === subjectId) &&
    (!projectId || event.projectId === projectId) &&
    (!types?.length || types.includes(event.type)) &&
    (testMode === undefined || event.testMode === testMode)
  );
}
