import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { loadConfig } from '#core/config';
import { defineError } from '#core/errors';
import { declaredJobs, defineJob, jobKey } from '#core/queue';
import { createWorker } from '../../apps/worker/src/create-worker.js';
import { Stack } from '../support/stack.js';

describe('jobs', () => {
  it('two jobs or two errors of one name stop the boot', () => {
    const definition = {
      queue: 'maintenance',
      name: 'test.twice',
      payload: z.object({}),
      attempts: 1,
      backoff: { delayMs: 1, jitter: 0 },
    } as const;
    expect(declaredJobs().map(jobKey)).not.toContain('maintenance/test.twice');
    defineJob(definition);
    expect(() => defineJob(definition)).toThrow('declared twice');
    defineError('test.twice', 400, 'Twice');
    expect(() => defineError('test.twice', 400, 'Twice')).toThrow('declared twice');
  });

  it('a worker refuses to start while a declared job has no handler', async () => {
    const stack = await Stack.start({ backend: 'postgres', worker: false });
    try {
      await expect(createWorker(loadConfig(stack.workerEnvironment))).rejects.toThrow(
        'No handler for the job(s) maintenance/test.twice',
      );
    } finally {
      await stack.stop();
    }
  });
});
