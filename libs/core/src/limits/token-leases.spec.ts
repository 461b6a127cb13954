import { describe, expect, it } from '@jest/globals';
import { LocalTokenStore } from './local-token-store.js';
import { LEASE_MS, LEASE_SHARE, TokenLeases } from './token-leases.js';
import type { TokenStore } from './token-store.js';

/** A shared store on a clock that the test turns, which counts its round trips. */
function sharedStore() {
  const clock = { now: 1000 };
  const buckets = new LocalTokenStore(() => clock.now);
  const calls: number[] = [];
  const store: TokenStore = {
    take: async (asks) => {
      calls.push(asks.length);
      await Promise.resolve();
      return buckets.take(asks);
    },
  };
  return { clock, store, calls, process: () => new TokenLeases(() => clock.now) };
}

/** Sends `count` requests at once through each process. @returns how many were accepted */
async function burst(processes: TokenLeases[], store: TokenStore, limit: number, count: number): Promise<number> {
  const decisions = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      processes[index % processes.length]?.take([{ key: 'o', limit }], store),
    ),
  );
  return decisions.filter((decision) => decision && !decision.refused).length;
}

describe('TokenLeases', () => {
  it.each([1, 2, 30, 120, 12_000])('two processes accept the limit of %i and not one more, at once', async (limit) => {
    const { store, process } = sharedStore();
    const accepted = await burst([process(), process()], store, limit, limit * 2 + 50);
    expect(accepted).toBeLessThanOrEqual(limit);
    expect(accepted).toBeGreaterThanOrEqual(limit - 2 * Math.max(1, Math.floor(limit * LEASE_SHARE)));
  });

  it('tokens kept from before are extra to a full bucket only as far as it refilled: limit/60', async () => {
    const { clock, store, process } = sharedStore();
    const [a, b] = [process(), process()];
    const limit = 600;
    await burst([a, b], store, limit, 60);
    clock.now += LEASE_MS - 1;
    expect(60 + (await burst([a, b], store, limit, 3 * limit))).toBeLessThanOrEqual(limit + limit / 60);
  });

  it('a busy caller costs a round trip for many requests, for all buckets together', async () => {
    const { store, calls, process } = sharedStore();
    const leases = process();
    for (let sent = 0; sent < 1000; sent++) {
      const decision = await leases.take(
        [
          { key: 'organization', limit: 12_000 },
          { key: 'user', limit: 12_000 },
        ],
        store,
      );
      expect(decision.refused).toBeUndefined();
    }
    expect(calls.length).toBeLessThan(20);
    expect(calls.every((buckets) => buckets === 2)).toBe(true);
  });

  it('a refusal is known without asking again, names its bucket, and ends in time', async () => {
    const { clock, store, calls, process } = sharedStore();
    const leases = process();
    const buckets = [
      { key: 'wide', limit: 600 },
      { key: 'narrow', limit: 1 },
    ];
    expect(await leases.take(buckets, store)).toMatchObject({ refused: undefined, tightest: buckets[1], remaining: 0 });
    const refused = await leases.take(buckets, store);
    expect(refused).toMatchObject({ refused: buckets[1], tightest: buckets[1], remaining: 0 });
    const asked = calls.length;
    for (let again = 0; again < 100; again++)
      expect(leases.take(buckets, store)).toMatchObject({ refused: buckets[1] });
    expect(calls).toHaveLength(asked);
    clock.now += 60_000;
    expect(await leases.take(buckets, store)).toMatchObject({ refused: undefined });
  });

  it('refused requests take nothing from the other buckets', async () => {
    const { store, process } = sharedStore();
    const leases = process();
    const buckets = [
      { key: 'wide', limit: 20 },
      { key: 'narrow', limit: 1 },
    ];
    for (let sent = 0; sent < 50; sent++) await leases.take(buckets, store);
    expect(await leases.take([{ key: 'wide', limit: 20 }], store)).toMatchObject({ refused: undefined, remaining: 18 });
  });

  it('a store that fails fails the request, and the next one asks again', async () => {
    const { store, process } = sharedStore();
    const leases = process();
    const broken: TokenStore = { take: () => Promise.reject(new Error('away')) };
    await expect(leases.take([{ key: 'o', limit: 5 }], broken)).rejects.toThrow('away');
    expect(await leases.take([{ key: 'o', limit: 5 }], store)).toMatchObject({ refused: undefined });
  });
});

describe('LocalTokenStore', () => {
  it('grants the limit at once and then evenly, and says when the next token comes', () => {
    const clock = { now: 0 };
    const store = new LocalTokenStore(() => clock.now);
    const take = (wanted: number) => store.take([{ key: 'k', limit: 7, wanted }])[0];
    for (let taken = 1; taken <= 7; taken++) expect(take(1)).toMatchObject({ granted: 1, remaining: 7 - taken });
    expect(take(1)).toMatchObject({ granted: 0, remaining: 0, resetMs: 60_000, retryAfterMs: 8572 });
    clock.now = 8572;
    expect(take(3)).toMatchObject({ granted: 1, remaining: 0 });
    clock.now = 10_000_000;
    expect(take(9)).toMatchObject({ granted: 7 });
  });
});
