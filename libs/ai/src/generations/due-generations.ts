import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { Repetition } from '#core/repetition';
import { GenerationsRepository } from './generations.repository.js';
import { GenerationsService } from './generations.service.js';
import { LightSteps } from './light-steps.js';

/** What a generation that is done waits for its look at most; all that are due by then share a statement. */
const EVERY_MS = 150;
/** More may be due than there was room for. */
const SOON_MS = 20;
const AFTER_FAILURE_MS = 1000;

/**
 * Takes up the jobs whose provider is to be asked again. When that is, their rows say (`next_poll_at`): a message for each
 * look would cost more than the look. A callback or the wish to cancel makes it due at once.
 */
@Injectable()
export class DueGenerations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Generations');
  private readonly looks = new Repetition({
    run: () => this.look(),
    onFailure: (error) => this.logger.warn(`Looking for due jobs failed, trying again: ${messageOf(error)}`),
    afterFailureMs: AFTER_FAILURE_MS,
  });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly service: GenerationsService,
    private readonly steps: LightSteps,
    private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.looks.start(0);
  }

  onModuleDestroy(): Promise<void> {
    return this.looks.stop();
  }

  /** @returns when to look again */
  private async look(): Promise<number> {
    const { room } = this.steps;
    if (room === 0) {
      this.steps.looksAreBehind = true;
      return SOON_MS;
    }
    const jobs = await this.generations.claimDue(this.db, room, this.config.jobs.leaseMs);
    this.steps.looksAreBehind = jobs.length === room;
    for (const job of jobs) this.steps.begin((shutdown) => this.service.carryOn(job, shutdown));
    return this.steps.looksAreBehind ? SOON_MS : EVERY_MS;
  }
}
