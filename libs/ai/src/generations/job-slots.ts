import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { Queues } from '#core/queue';
import { RunGeneration } from '../ai.jobs.js';
import type { MediaType } from '../providers/provider.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

/** A message in a worker's hands is being delayed: it is called once more after this. */
const SETTLE_MS = 200;
/** Jobs that end within this time share one look. */
const GATHER_MS = 50;
const SWEPT_ORGANIZATIONS = 200;

/**
 * Calls the jobs that wait because their organization ran as many as its plan allows. A place is nothing but the row of a
 * running job, so none can leak; this only makes sure that a free one is soon taken. Calling twice, or a job that finds
 * the place taken again, does no harm: what waits stays marked until its claim.
 */
@Injectable()
export class JobSlots implements BeforeApplicationShutdown {
  private readonly logger = new Logger('JobSlots');
  /** Organizations to look at soon. */
  private pending = new Set<string>();
  private looking: Promise<void> | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly unclaimed: UnclaimedJobsRepository,
    private readonly queues: Queues,
  ) {}

  /** A job of the organization has let go of its place, or may have. Never fails; what is missed, the sweeper finds. */
  freed(organizationId: string): void {
    if (this.stopped) return;
    this.pending.add(organizationId);
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
  }

  /** Looks at every organization whose jobs wait. */
  async sweep(): Promise<void> {
    await this.call(await this.unclaimed.listSlotSeekers(this.db, SWEPT_ORGANIZATIONS));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    while (this.pending.size > 0) {
      await sleep(GATHER_MS);
      const organizationIds = [...this.pending];
      this.pending = new Set();
      await this.call(organizationIds).catch((error: unknown) => {
        this.logger.warn(`Waiting jobs could not be called, the sweeper will: ${messageOf(error)}`);
      });
    }
  }

  private async call(organizationIds: string[]): Promise<void> {
    if (organizationIds.length === 0) return;
    const jobs = await this.unclaimed.listForSlots(this.db, organizationIds);
    const found = await Promise.all(jobs.map((job) => this.hasten(job)));
    const running = jobs.filter((_, index) => found[index] === 'running');
    for (const { organizationId } of running) this.callAgain(organizationId);
  }

  private async hasten({ id, type }: { id: string; type: MediaType }): Promise<string> {
    const found = await this.queues.hasten(RunGeneration[type], id);
    if (found === 'missing') await this.queues.enqueue(RunGeneration[type], { jobId: id }, { messageId: id });
    return found;
  }

  private callAgain(organizationId: string): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.freed(organizationId);
    }, SETTLE_MS);
    this.timers.add(timer);
  }
}
