import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { JobDefinition } from './define-job.js';

/** What a handler may ask of the queue when it is not done. */
export type JobOutcome =
  | undefined
  /** Come back later; meanwhile no slot is held and no attempt is used. */
  | { again: { afterMs: number } };

export interface JobRun {
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the worker is shutting down. */
  signal: AbortSignal;
}

/** A processor: parses nothing (the payload is checked before), decides nothing (a service does), delegates. */
export interface JobHandler<Payload> {
  handle(payload: Payload, run: JobRun): Promise<JobOutcome>;
  /** Called once when the last try threw: the place to bring the row to an honest end. */
  giveUp?(payload: Payload, error: Error): Promise<void>;
}

export const HANDLES = Symbol('handles-jobs');

/** Marks a class as the handler of these jobs. */
export function HandlesJobs<Payload>(
  ...definitions: JobDefinition<Payload>[]
): (target: new (...args: never[]) => JobHandler<Payload>) => void {
  return applyDecorators(Injectable(), SetMetadata(HANDLES, definitions));
}
