import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

describe('lanes', () => {
  it('let so many run at a time, in the order in which they came, whether they succeed or fail', async () => {
    const lanes = new Lanes(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (index: number) => async () => {
      begun.push(index);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (index % 2 === 1) throw new Error(`${index}`);
      return index;
    };
    const results = await Promise.allSettled(Array.from({ length: 7 }, (_, index) => lanes.run(work(index))));
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true, false, true]);
  });
});
