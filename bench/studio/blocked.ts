/** What is read of an event of Chromium's traces: times in microseconds, `tdur` those that its thread had a processor. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { data?: { documentLoaderURL?: string } };
}

/** Longer tasks keep a tap waiting: https://web.dev/articles/tbt */
const LONG_TASK_MS = 50;

/**
 * Lighthouse's total blocking time, counted from the time that the page's main thread had a processor instead of the time
 * that passed, so that other work on the machine hardly shows in it.
 * @param slowdown how many times slower than this one the device is that is judged
 * @returns ms; NaN when the trace holds no page that was opened
 */
export function blockedByOwnWorkMs(trace: readonly TraceEvent[], slowdown: number): number {
  const opened = trace.findLast(({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL);
  const ofPage = trace.filter(({ pid, ts }) => pid === opened?.pid && ts >= opened.ts);
  const painted = ofPage.find(({ name }) => name === 'firstContentfulPaint');
  if (!opened || !painted) return Number.NaN;
  const tasks = ofPage
    .filter(({ name, ph, tid }) => ph === 'X' && tid === opened.tid && name.endsWith('RunTask'))
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  let [blockedMs, endsAt] = [0, painted.ts];
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    // A task within a task is a part of it.
    if (ts + dur <= endsAt) continue;
    endsAt = ts + dur;
    blockedMs += Math.max(0, (slowdown * tdur) / 1000 - LONG_TASK_MS);
  }
  return blockedMs;
}
