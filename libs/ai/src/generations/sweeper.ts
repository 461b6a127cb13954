import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { Queues } from '#core/queue';
import { Repetition } from '#core/repetition';
import { RunGeneration, StartGeneration } from '../ai.jobs.js';
import { JobEndings } from './job-endings.js';
import { JobSlots } from './job-slots.js';
import { ParkedJobs } from './parked-jobs.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

const BATCH = 500;
/** Forgotten: nobody has touched it for this many sweeps. */
const PATIENCE_SWEEPS = 2;

/**
 * Finds jobs that the queue lost and jobs that a dead worker left, and sends their messages again; calls jobs for which
 * a place has become free; ends jobs whose deadline passed. A timer of the process and not a message of the queue, because it must work when the queue has
 * forgotten everything.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private readonly sweeps: Repetition;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly unclaimed: UnclaimedJobsRepository,
    private readonly endings: JobEndings,
    private readonly slots: JobSlots,
    private readonly parked: ParkedJobs,
    private readonly queues: Queues,
    private readonly config: AppConfig,
  ) {
    const { sweepIntervalMs } = config.jobs;
    this.sweeps = new Repetition({
      run: async () => {
        const count = await this.sweep();
        if (count > 0) this.logger.log(`Told the queue again of ${count} jobs that nobody has taken for a while`);
        return sweepIntervalMs;
      },
      onFailure: (error) => this.logger.warn(`A sweep failed, trying again: ${messageOf(error)}`),
      afterFailureMs: sweepIntervalMs,
    });
  }

  onApplicationBootstrap(): void {
    this.sweeps.start(this.config.jobs.sweepIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeps.stop();
  }

  /** One pass. @returns how many messages were sent again. */
  async sweep(): Promise<number> {
    let expired: number;
    do expired = await this.endings.expireOverdue(BATCH);
    while (expired === BATCH);
    await this.parked.resume();
    await this.slots.sweep();
    const patienceMs = this.config.jobs.sweepIntervalMs * PATIENCE_SWEEPS;
    const forgotten = await this.db
      .transaction()
      .execute((trx) => this.unclaimed.listForgotten(trx, patienceMs, BATCH));
    for (const type of ['image', 'video', 'audio'] as const) {
      const jobs = forgotten.filter((job) => job.type === type);
      if (jobs.some((job) => job.waiting)) await this.queues.enqueue(StartGeneration[type], { type });
      // The same message id as the first time: a message that is still in the queue stays one message.
      const begun = jobs.filter((job) => !job.waiting);
      await this.queues.enqueueMany(
        RunGeneration[type],
        begun.map((job) => ({ payload: { jobId: job.id }, messageId: job.id })),
      );
    }
    return forgotten.length;
  }
}
