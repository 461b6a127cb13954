export interface RepetitionOptions {
  /** @returns the pause before the next time, in milliseconds */
  run: () => Promise<number>;
  /** A failure is told here, and ends nothing. */
  onFailure: (error: unknown) => void;
  afterFailureMs: number;
}

/**
 * Does something again and again until it is told to stop, never twice at a time: each pause begins when the last time has
 * ended. For what a process must look for by itself, because no message stands for it.
 */
export class Repetition {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: RepetitionOptions) {}

  start(afterMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.runOnce().then((pauseMs) => this.start(pauseMs));
    }, afterMs);
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async runOnce(): Promise<number> {
    try {
      return await this.options.run();
    } catch (error) {
      this.options.onFailure(error);
      return this.options.afterFailureMs;
    }
  }
}
