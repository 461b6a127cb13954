import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppConfig } from '#core/config';

/** Exchanges with providers that only wait for the network; what is heavy in them has limits of its own. */
const AT_A_TIME = 64;
/** What handing back takes at most: a statement or two. */
const HAND_BACK_MS = 5000;
/** So many starts may follow each other at once, after a while without any. */
const STARTS_AT_ONCE = 4;
/** How often a start that waits looks whether it may begin. */
const LOOK_AGAIN_MS = 10;

/**
 * Steps of generations that run elsewhere: a submit or a look is one short exchange, so that many of them can be under
 * way without holding a place of the queue, where what is made on the spot takes minutes.
 */
@Injectable()
export class LightSteps implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private handBack: NodeJS.Timeout | undefined;
  private readonly betweenStartsMs: number;
  private nextStartAtMs = Number.NEGATIVE_INFINITY;
  private stopped = false;
  /** More looks are due than there was room for: nothing is begun until they have caught up. */
  looksAreBehind = false;

  constructor(private readonly config: AppConfig) {
    this.betweenStartsMs = 1000 / config.jobs.startsPerSecond;
  }

  /** How many more may begin. */
  get room(): number {
    return this.stopped ? 0 : Math.max(0, AT_A_TIME - this.underWay.size);
  }

  /** So many at once that whatever can wait should. */
  get isBusy(): boolean {
    return this.underWay.size > AT_A_TIME / 4;
  }

  /**
   * Waits until one more job may be started. What was begun is brought to its end before more is begun: half of the room
   * is kept for looks, and none of it is left while looks are behind.
   * @returns false when the worker is about to stop
   */
  async untilRoomToStart(): Promise<boolean> {
    while (!this.stopped && !this.mayStart()) await sleep(LOOK_AGAIN_MS);
    return !this.stopped;
  }

  private mayStart(): boolean {
    if (this.looksAreBehind || this.underWay.size >= AT_A_TIME / 2) return false;
    return this.nextStartAtMs <= performance.now();
  }

  /**
   * Begins a generation. They are begun at a bounded pace, because they end as fast as they were begun, and an end is
   * more work than a start: what a burst of starts gains, its results would lose.
   */
  start(step: (shutdown: AbortSignal) => Promise<void>): void {
    const earliestMs = performance.now() - (STARTS_AT_ONCE - 1) * this.betweenStartsMs;
    this.nextStartAtMs = Math.max(this.nextStartAtMs, earliestMs) + this.betweenStartsMs;
    this.begin(step);
  }

  /** Takes a step of one under way. @param step must not fail; it hands its job back when the signal is aborted */
  begin(step: (shutdown: AbortSignal) => Promise<void>): void {
    const running = step(this.stopping.signal).finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.handBack = setTimeout(() => this.stopping.abort(), Math.max(0, this.config.shutdownTimeoutMs - HAND_BACK_MS));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
    clearTimeout(this.handBack);
  }
}
