import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prorate } from './proration.js';

const starter = { priceCents: 9900n, credits: 20_000n };
const pro = { priceCents: 29_900n, credits: 65_000n };

describe('an upgrade in the middle of a period', () => {
  it('costs and gives the difference for the time that is left', () => {
    expect(prorate(starter, pro, { part: 30n, whole: 30n })).toEqual({ priceCents: 20_000n, credits: 45_000n });
    expect(prorate(starter, pro, { part: 10n, whole: 30n })).toEqual({ priceCents: 6666n, credits: 15_000n });
    expect(prorate(starter, pro, { part: 0n, whole: 30n })).toEqual({ priceCents: 0n, credits: 0n });
  });

  it('never costs more than the difference, nor gives less than was paid for (property)', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2_678_400n), (part) => {
        const { priceCents, credits } = prorate(starter, pro, { part, whole: 2_678_400n });
        expect(priceCents).toBeLessThanOrEqual(20_000n);
        expect(credits).toBeLessThanOrEqual(45_000n);
        expect(credits * 20_000n).toBeGreaterThanOrEqual(priceCents * 45_000n);
      }),
    );
  });
});
