import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { Queues } from '#core/queue';
import { EventSignals } from '#core/realtime';
import { StartGeneration } from '../ai.jobs.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

const BATCH = 500;
/** News of this long share one look, so that a busy organization costs no more than a quiet one. */
const GATHER_MS = 300;

/**
 * Puts jobs that wait for credits, or for room in a budget, in line when there is some. Whatever frees either is
 * announced as news of the organization (a grant, a payment, a changed budget, the end of another job); what was missed,
 * the sweeper finds.
 */
@Injectable()
export class ParkedJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ParkedJobs');
  /** Organizations with news. */
  private pending = new Set<string>();
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly unclaimed: UnclaimedJobsRepository,
    private readonly queues: Queues,
    private readonly signals: EventSignals,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.signals.onSignal((organizationIds) => this.note(organizationIds));
    await this.signals.receive().catch((error: unknown) => {
      this.logger.warn(`No news of organizations, the sweeper finds what can go on: ${messageOf(error)}`);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.looking;
  }

  /** Looks at every organization's: holds what is covered now, oldest first, and has it started. */
  async resume(): Promise<void> {
    const resumed = await this.unclaimed.resumeParked(this.db, BATCH);
    if (resumed.length === 0) return;
    this.logger.log(`Resumed ${resumed.length} jobs that waited for funds`);
    this.signals.announce(resumed.map((job) => job.organizationId));
    for (const type of new Set(resumed.map((job) => job.type))) {
      await this.queues.enqueue(StartGeneration[type], { type });
    }
  }

  private note(organizationIds: string[]): void {
    if (this.stopped) return;
    for (const id of organizationIds) this.pending.add(id);
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
  }

  private async look(): Promise<void> {
    while (this.pending.size > 0 && !this.stopped) {
      await sleep(GATHER_MS);
      const organizationIds = [...this.pending];
      this.pending = new Set();
      await this.resumeAmong(organizationIds).catch((error: unknown) => {
        this.logger.warn(`Parked jobs could not be resumed, the sweeper will: ${messageOf(error)}`);
      });
    }
  }

  private async resumeAmong(organizationIds: string[]): Promise<void> {
    if (await this.unclaimed.hasParked(this.db, organizationIds)) await this.resume();
  }
}
