import { setTimeout as sleep } from 'node:timers/promises';
import { Batcher } from './batcher.js';

/** Doubles numbers; each run takes as long as the test says, and is remembered. */
function doubler(
  options: { maxItems?: number; maxRunning?: number; maybeOneCulprit?: (error: unknown) => boolean } = {},
) {
  const runs: number[][] = [];
  const endings: (() => void)[] = [];
  const batcher = new Batcher<number, number>({
    maxItems: 100,
    maxRunning: 1,
    ...options,
    run: async (items) => {
      runs.push(items);
      await new Promise<void>((resolve) => endings.push(resolve));
      if (items.includes(13)) throw new Error('13 is refused');
      return items.map((item) => item * 2);
    },
  });
  /** Ends the oldest run under way, and lets the next one begin. */
  const endRun = async () => {
    endings.shift()?.();
    await sleep(1);
  };
  return { batcher, runs, endRun };
}

describe('calls that are made together', () => {
  it('starts a lone item at once', async () => {
    const { batcher, runs, endRun } = doubler();
    const result = batcher.add(1);
    await sleep(1);
    expect(runs).toEqual([[1]]);
    await endRun();
    await expect(result).resolves.toBe(2);
  });

  it('lets what arrives in one turn of the event loop, or during a run, share a run', async () => {
    const { batcher, runs, endRun } = doubler();
    const first = [batcher.add(1), batcher.add(2)];
    await sleep(1);
    const second = [batcher.add(3), batcher.add(4), batcher.add(5)];
    await sleep(1);
    expect(runs).toEqual([[1, 2]]);
    await endRun();
    expect(runs).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    await endRun();
    await expect(Promise.all([...first, ...second])).resolves.toEqual([2, 4, 6, 8, 10]);
  });

  it('keeps to the items of a run and to the runs under way', async () => {
    const { batcher, runs, endRun } = doubler({ maxItems: 2, maxRunning: 2 });
    const all = Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
    await sleep(1);
    expect(runs).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await endRun();
    expect(runs).toHaveLength(3);
    await endRun();
    await endRun();
    await expect(all).resolves.toEqual([2, 4, 6, 8, 10]);
  });

  it('fails only the culprit when one item may have spoilt the run', async () => {
    const { batcher, endRun } = doubler({ maybeOneCulprit: () => true });
    const all = Promise.allSettled([1, 13, 3].map((item) => batcher.add(item)));
    await sleep(1);
    for (let run = 0; run < 4; run++) await endRun();
    expect(await all).toMatchObject([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: { message: '13 is refused' } },
      { status: 'fulfilled', value: 6 },
    ]);
  });

  it('fails all items of a run that failed for another reason, and goes on with the next ones', async () => {
    const { batcher, endRun } = doubler({ maybeOneCulprit: () => false });
    const failed = Promise.allSettled([batcher.add(1), batcher.add(13)]);
    await sleep(1);
    const later = batcher.add(3);
    await endRun();
    expect(await failed).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    await endRun();
    await expect(later).resolves.toBe(6);
  });
});
