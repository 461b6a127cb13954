import { EventEmitter } from 'node:events';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { messageOf } from '#core/errors';
import { SIGNAL_BUS } from './tokens.js';
import type { SignalBus } from './signal-bus.js';

const COALESCE_MS = 5;

/**
 * Tells every process which organizations have new events. Announcements of a few milliseconds travel together, so that
 * a burst of commits costs one message.
 */
@Injectable()
export class EventSignals implements OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private pending = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private receiving: Promise<void> | undefined;

  constructor(@Inject(SIGNAL_BUS) private readonly bus: SignalBus) {}

  /** Call after the commit. Never fails: the log has the events, and streams also look by themselves now and then. */
  announce(organizationIds: Iterable<string>): void {
    for (const id of organizationIds) this.pending.add(id);
    this.timer ??= setTimeout(() => {
      this.flushing = this.flush();
    }, COALESCE_MS);
  }

  /** Starts receiving; once for all who want to. */
  receive(): Promise<void> {
    this.receiving ??= this.bus.listen(
      (ids) => this.emitter.emit('signal', ids),
      () => this.emitter.emit('gap'),
    );
    return this.receiving;
  }

  onSignal(listener: (organizationIds: string[]) => void): void {
    this.emitter.on('signal', listener);
  }

  /** Signals may have been lost (a reconnect): look at everything. */
  onGap(listener: () => void): void {
    this.emitter.on('gap', listener);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flushing;
    await this.flush();
    await this.bus.close();
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const ids = [...this.pending];
    this.pending = new Set();
    if (ids.length === 0) return;
    await this.bus.publish(ids).catch((error: unknown) => this.logger.warn(`A signal was lost: ${messageOf(error)}`));
  }
}
