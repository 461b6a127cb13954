import { Injectable } from '@nestjs/common';
import { type EventRow, EventStreams } from '#core/events';
import { isFinal } from './job-status.js';

/** Waits for ends of jobs on the event feed, which is read once for all who wait in an organization. */
@Injectable()
export class JobWaits {
  constructor(private readonly streams: EventStreams) {}

  /** @returns true when the job has ended; false when `signal` was aborted before, or the process is about to stop */
  untilEnded(organizationId: string, jobId: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let close: (() => void) | undefined;
      let done = false;
      const finish = (ended: boolean): void => {
        done = true;
        signal.removeEventListener('abort', onAbort);
        close?.();
        resolve(ended);
      };
      const onAbort = (): void => finish(false);
      const look = (events: EventRow[]): void => {
        if (!done && events.some(isEnd)) finish(true);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      // From the job's beginning: it may have ended before anybody waited.
      const stream = { organizationId, afterSequence: 0n, filter: { subjectId: jobId } };
      this.streams.open(stream, look, onAbort).then((opened) => {
        close = opened;
        if (done) opened();
        else if (signal.aborted) finish(false);
      }, reject);
    });
  }
}

/** Whether an event is the last one of its job. */
export function isEnd({ type }: Pick<EventRow, 'type'>): boolean {
  return type.startsWith('job.') && isFinal(type.slice('job.'.length));
}
