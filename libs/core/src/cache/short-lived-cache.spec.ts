import { setTimeout as sleep } from 'node:timers/promises';
import { ShortLivedCache } from './short-lived-cache.js';

describe('ShortLivedCache', () => {
  it('asks once for many concurrent askers and again after the time is over', async () => {
    const cache = new ShortLivedCache<number>({ max: 10, ttlMs: 40 });
    let loads = 0;
    const load = () => Promise.resolve(++loads);
    expect(await Promise.all([cache.get('a', load), cache.get('a', load), cache.get('a', load)])).toEqual([1, 1, 1]);
    await sleep(60);
    expect(await cache.get('a', load)).toBe(2);
  });

  it('does not remember a failure', async () => {
    const cache = new ShortLivedCache<string>({ max: 10, ttlMs: 10_000 });
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.get('a', () => Promise.resolve('up'))).toBe('up');
  });

  it('does not let a load that began before forget() answer those who ask after it', async () => {
    const cache = new ShortLivedCache<string>({ max: 10, ttlMs: 10_000 });
    const gate = Promise.withResolvers<string>();
    const early = cache.get('a', () => gate.promise);
    cache.forget('a');
    const late = cache.get('a', () => Promise.resolve('new'));
    gate.resolve('old');
    expect(await early).toBe('old');
    expect(await late).toBe('new');
    expect(await cache.get('a', () => Promise.resolve('newest'))).toBe('new');
  });

  it('keeps the entries in use when strangers fill it', async () => {
    const cache = new ShortLivedCache<number>({ max: 3, ttlMs: 10_000 });
    await cache.get('busy', () => Promise.resolve(1));
    for (let i = 0; i < 10; i++) {
      await cache.get(`guess-${i}`, () => Promise.resolve(0));
      expect(await cache.get('busy', () => Promise.resolve(2))).toBe(1);
    }
  });
});
