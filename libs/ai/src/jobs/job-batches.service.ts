import { Injectable } from '@nestjs/common';
import { type AppError, isAppError } from '#core/errors';
import type { Tenant } from '#core/http';
import { hashOf, JobIntake } from './job-intake.service.js';
import type { CreateJobDto, JobDto } from './jobs.dto.js';

/** Several jobs asked for at once. */
@Injectable()
export class JobBatches {
  constructor(private readonly intake: JobIntake) {}

  /**
   * Accepts each job or refuses it, on its own: what others of the batch came to does not matter. Those that ask for the
   * same credits are served in one statement, so that together they never hold more than there is.
   * @returns one answer for each, in their order
   * @throws what nobody foresaw. A part may be accepted by then: under the same key the rest is, and nothing twice
   */
  async create(tenant: Tenant, jobs: CreateJobDto[], idempotencyKey?: string): Promise<(JobDto | AppError)[]> {
    const settled = await Promise.allSettled(
      jobs.map((job, index) => this.intake.create(tenant, job, idempotencyKey && keyOf(idempotencyKey, index))),
    );
    return settled.map((one) => {
      if (one.status === 'fulfilled') return one.value.job;
      if (isAppError(one.reason)) return one.reason;
      throw one.reason;
    });
  }
}

/** A key of its own for each job, which no caller would choose. */
function keyOf(batchKey: string, index: number): string {
  return `batch:${hashOf([batchKey, index])}`;
}
