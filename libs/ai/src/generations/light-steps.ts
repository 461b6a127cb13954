import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppConfig } from '#core/config';

/** Exchanges with providers that only wait for the network; what is heavy in them has limits of its own. */
const AT_A_TIME = 64;
/** What handing back takes at most: a statement or two. */
const HAND_BACK_MS = 5000;

/**
 * Steps of generations that run elsewhere: a submit or a look is one short exchange, so that many of them can be under
 * way without holding a place of the queue, where what is made on the spot takes minutes.
 */
@Injectable()
export class LightSteps implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private handBack: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly config: AppConfig) {}

  /** How many more may begin. */
  get room(): number {
    return this.stopped ? 0 : Math.max(0, AT_A_TIME - this.underWay.size);
  }

  /** So many at once that whatever can wait should. */
  get isBusy(): boolean {
    return this.underWay.size > AT_A_TIME / 4;
  }

  /**
   * Waits until one more job may be started. Half of the room is kept for looks: what was begun is brought to its end
   * before more is begun.
   * @returns false when the worker is about to stop
   */
  async untilRoomToStart(): Promise<boolean> {
    while (!this.stopped && this.underWay.size >= AT_A_TIME / 2) await Promise.race(this.underWay);
    return !this.stopped;
  }

  /** @param step must not fail; it hands its job back when the signal is aborted */
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
