import { Injectable, Logger } from '@nestjs/common';
import { Batcher } from '#core/batching';
import { messageOf } from '#core/errors';
import { Queues } from '#core/queue';
import { RunGeneration, StartGeneration } from '../ai.jobs.js';
import type { MediaType } from '../providers/provider.js';

/** The queue is only the messenger; a request does not wait longer than this for it. */
const PATIENCE_MS = 1000;
const MAX_BATCH = 1000;

/**
 * Tells the queue of jobs. Best effort and never fails: the row is the outbox, and the sweeper finds what the queue never
 * heard of.
 */
@Injectable()
export class JobMessages {
  private readonly logger = new Logger('Jobs');
  private readonly starts: Record<MediaType, Batcher<undefined, undefined>>;

  constructor(private readonly queues: Queues) {
    this.starts = { image: this.startsOf('image'), video: this.startsOf('video'), audio: this.startsOf('audio') };
  }

  /** One more job waits. Jobs that are accepted together share a message: whoever gets it starts all that wait. */
  start(type: MediaType): Promise<void> {
    return this.withinPatience(this.starts[type].add(undefined));
  }

  /** Nothing is to be done for a job any more. */
  withdraw(type: MediaType, jobId: string): Promise<void> {
    return this.withinPatience(this.queues.withdraw(RunGeneration[type], jobId));
  }

  private startsOf(type: MediaType): Batcher<undefined, undefined> {
    const run = async (jobs: undefined[]) => {
      await this.queues.enqueue(StartGeneration[type], { type });
      return jobs.map(() => undefined);
    };
    return new Batcher({ run, maxItems: MAX_BATCH, maxRunning: 1 });
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
