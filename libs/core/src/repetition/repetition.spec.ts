import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Repetition } from './repetition.js';

describe('what is repeated', () => {
  it('goes on after a failure, which is told', async () => {
    const told: unknown[] = [];
    const news = new EventEmitter();
    let times = 0;
    const repetition = new Repetition({
      run: () => {
        times += 1;
        if (times === 1) return Promise.reject(new Error('away'));
        news.emit('done');
        return Promise.resolve(60_000);
      },
      onFailure: (error) => told.push(error),
      afterFailureMs: 0,
    });
    const done = once(news, 'done');
    repetition.start(0);
    await done;
    await repetition.stop();
    expect([times, told]).toEqual([2, [new Error('away')]]);
  });

  it('is waited for by whoever stops it, and never begins again', async () => {
    const begun = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<number>();
    const steps: string[] = [];
    const repetition = new Repetition({
      run: async () => {
        begun.resolve(undefined);
        const pauseMs = await end.promise;
        steps.push('ran');
        return pauseMs;
      },
      onFailure: () => undefined,
      afterFailureMs: 0,
    });
    repetition.start(0);
    await begun.promise;
    const stopping = repetition.stop().then(() => steps.push('stopped'));
    end.resolve(0);
    await stopping;
    repetition.start(0);
    await repetition.stop();
    expect(steps).toEqual(['ran', 'stopped']);
  });
});
