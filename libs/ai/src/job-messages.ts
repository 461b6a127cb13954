import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '#core/errors';
import { Queues } from '#core/queue';
import { RunGeneration, StartGeneration, startMessage } from './ai.jobs.js';
import type { MediaType } from './providers/provider.js';

/** The queue is only the messenger; a request does not wait longer than this for it. */
const PATIENCE_MS = 1000;

/**
 * Tells the queue of jobs. Best effort and never fails: the row is the outbox, and the sweeper finds what the queue never
 * heard of.
 */
@Injectable()
export class JobMessages {
  private readonly logger = new Logger('Jobs');

  constructor(private readonly queues: Queues) {}

  /** One more job waits. */
  start({ id, type }: { id: string; type: MediaType }): Promise<void> {
    const { payload, messageId } = startMessage(type, id);
    return this.withinPatience(this.queues.enqueue(StartGeneration[type], payload, { messageId }));
  }

  /** A job is to be looked at now. */
  hasten(type: MediaType, jobId: string): Promise<void> {
    return this.withinPatience(this.queues.hasten(RunGeneration[type], jobId));
  }

  /** Nothing is to be done for a job any more. */
  withdraw(type: MediaType, jobId: string): Promise<void> {
    const both = [
      this.queues.withdraw(StartGeneration[type], startMessage(type, jobId).messageId),
      this.queues.withdraw(RunGeneration[type], jobId),
    ];
    return this.withinPatience(Promise.all(both));
  }

  private async withinPatience(work: Promise<unknown>): Promise<void> {
    const logged = work.catch((error: unknown) =>
      this.logger.warn(`The queue did not take a message: ${messageOf(error)}`),
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([logged, patience]);
    clearTimeout(timer);
  }
}
