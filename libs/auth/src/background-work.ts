import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { messageOf } from '#core/errors';

/**
 * Work that an answer must not wait for, so that its time does not tell what was found. What was promised is done before
 * the process ends.
 */
@Injectable()
export class BackgroundWork implements BeforeApplicationShutdown {
  private readonly logger = new Logger('BackgroundWork');
  private readonly underWay = new Set<Promise<void>>();

  /** @param what for the log line when it fails */
  begin(what: string, work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.logger.error(`${what}: ${messageOf(error)}`))
      .finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
