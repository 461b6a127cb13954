export const DAY_MS = 86_400_000;

/** Whether two moments are the same one: the database keeps microseconds, a `Date` does not. */
export function isSameMoment(a: Date, b: Date): boolean {
  return Math.abs(a.getTime() - b.getTime()) < 1000;
}
