import type { JobMoment } from './job-life.js';

/** Events of several streams arrive within this long of each other's order. */
const SETTLE_MS = 300;

/** Puts the events of several jobs into one order, by the platform's clock, while they come. */
export class Timeline {
  private pending: JobMoment[] = [];
  private firstAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param show is given each moment with the time since the first one, in milliseconds */
  constructor(private readonly show: (moment: JobMoment, sinceMs: number) => void) {}

  add(moment: JobMoment): void {
    this.pending.push(moment);
    this.timer ??= setTimeout(() => this.flush(), SETTLE_MS);
  }

  /** Shows what has not been shown. */
  end(): void {
    this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const moment of this.pending.sort((a, b) => a.at.getTime() - b.at.getTime())) {
      this.firstAt ??= moment.at.getTime();
      this.show(moment, moment.at.getTime() - this.firstAt);
    }
    this.pending = [];
  }
}
