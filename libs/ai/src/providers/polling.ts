/** Generations of this length are looked at before their time for their progress. */
const LONG_MS = 15_000;
const FIRST_SHARE = { short: 0.9, long: 0.5 };
const MIN_MS = 500;

/**
 * When to ask again for a generation: first shortly before it is expected, or when half of a long one has passed; then in
 * steps of an eighth of the time it has taken so far or is expected to take, whichever is longer. So a slow generation is
 * asked for less and less often, and a finished one waits an eighth of its time at most (the worker bounds it,
 * PROVIDER_LONGEST_POLL_SECONDS).
 * @param ageMs how long it has been under way; 0 at its submit
 */
export function pollAfterMs(ageMs: number, expectedMs: number): number {
  const firstShare = expectedMs < LONG_MS ? FIRST_SHARE.short : FIRST_SHARE.long;
  const step = ageMs === 0 ? expectedMs * firstShare : Math.max(ageMs, expectedMs) / 8;
  return Math.round(Math.max(MIN_MS, step));
}

/** Percent by time alone, for providers that tell nothing: it slows down and never arrives before the files do. */
export function progressByTime(ageMs: number, expectedMs: number): number {
  return Math.floor(95 * (1 - Math.exp((-2 * ageMs) / expectedMs)));
}
