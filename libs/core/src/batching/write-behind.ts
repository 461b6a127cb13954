import { Logger } from '@nestjs/common';

export interface WriteBehindOptions<V> {
  /** How far behind the writes may be. */
  intervalMs: number;
  /** Writes the newest value of each key. */
  write: (values: V[]) => Promise<void>;
  /** What is lost when a write fails, for the log, e.g. `the last use of some API keys`. */
  what: string;
}

/**
 * For notes that are worth one statement now and then, but not one per request: only the newest of each key is written.
 * A write that fails, or a process that is killed, loses some of them; so it is for what nobody decides by.
 */
export class WriteBehind<V> {
  private readonly logger = new Logger('WriteBehind');
  private readonly timer: NodeJS.Timeout;
  private notes = new Map<string, V>();

  constructor(private readonly options: WriteBehindOptions<V>) {
    this.timer = setInterval(() => void this.flush(), options.intervalMs);
    this.timer.unref();
  }

  note(key: string, value: V): void {
    this.notes.set(key, value);
  }

  /** Writes what was noted. Never throws. */
  async flush(): Promise<void> {
    if (this.notes.size === 0) return;
    const values = [...this.notes.values()];
    this.notes = new Map();
    try {
      await this.options.write(values);
    } catch (error) {
      this.logger.warn({ err: error }, `Not written: ${this.options.what}`);
    }
  }

  /** The last write; nothing is noted after it. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
