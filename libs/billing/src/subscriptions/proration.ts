import { share } from '../money.js';

/** What is left of a period: `part` of `whole` seconds. */
export interface Remaining {
  part: bigint;
  whole: bigint;
}

/**
 * What a larger plan costs, and gives, for the rest of the period that is paid already: the difference of both, by the
 * share of time that is left. The price is rounded down to a cent, the credits up to a credit.
 */
export function prorate(
  from: { priceCents: bigint; credits: bigint },
  to: { priceCents: bigint; credits: bigint },
  remaining: Remaining,
): { priceCents: bigint; credits: bigint } {
  const { part, whole } = remaining;
  const more = (a: bigint, b: bigint): bigint => (b > a ? b - a : 0n);
  const credits = more(from.credits, to.credits) * part;
  return {
    priceCents: share(more(from.priceCents, to.priceCents), part, whole),
    credits: (credits + whole - 1n) / whole,
  };
}
