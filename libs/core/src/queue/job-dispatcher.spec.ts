import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { DB_TOKEN } from '#core/db';
import { declaredJobs, defineJob, type JobDefinition, jobKey } from './define-job.js';
import { JobDispatcher } from './job-dispatcher.js';
import { HandlesJobs, type JobHandler } from './job-handler.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { Queues } from './queues.js';

const Example: JobDefinition<object> = defineJob({
  queue: 'maintenance',
  name: 'test.example',
  payload: z.object({}),
  attempts: 1,
  backoff: { delayMs: 1, jitter: 0 },
});

@HandlesJobs(Example)
class ExampleProcessor implements JobHandler<object> {
  handle(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

@HandlesJobs(Example)
class SecondProcessor extends ExampleProcessor {}

/** Starts a worker that has these handlers and no queue. */
async function start(handlers: (typeof ExampleProcessor)[]): Promise<void> {
  @Module({
    imports: [DiscoveryModule],
    providers: [
      JobDispatcher,
      ...handlers,
      DeadLettersRepository,
      { provide: Queues, useValue: {} },
      { provide: DB_TOKEN, useValue: {} },
    ],
  })
  class WorkerUnderTest {}
  const module = await Test.createTestingModule({ imports: [WorkerUnderTest] }).compile();
  await module.init();
  await module.close();
}

describe('a worker', () => {
  it('starts when every declared job has exactly one handler', async () => {
    await expect(start([ExampleProcessor])).resolves.toBeUndefined();
  });

  it('refuses to start while a declared job has no handler', async () => {
    await expect(start([])).rejects.toThrow('No handler for the job(s) maintenance/test.example');
  });

  it('refuses to start when a job has two handlers', async () => {
    await expect(start([ExampleProcessor, SecondProcessor])).rejects.toThrow(
      'maintenance/test.example has two handlers',
    );
  });

  it('cannot even load two jobs of one name', () => {
    expect(declaredJobs().map(jobKey)).toEqual(['maintenance/test.example']);
    expect(() => defineJob(Example)).toThrow('declared twice');
  });
});
