import lighthouse, { desktopConfig } from 'lighthouse';
import { median } from '../support/statistics.js';
import { blockedByOwnWorkMs } from './blocked.js';

export interface Scores {
  /** 0 to 100, the median of the runs. */
  performance: number;
  /** 0 to 100, the lowest of the runs. */
  accessibility: number;
  /** Until the largest thing in sight is drawn, ms, the median of the runs. */
  largestPaintMs: number;
  /** How long the page could not have answered, ms, the median of the runs: what other work on the machine shows in. */
  blockedMs: number;
  /** The same without the waits for a processor, ms, the lowest of the runs: what the page itself is to blame for. */
  ownBlockedMs: number;
}

/** How many times slower than this machine Lighthouse takes a device to be. */
const SLOWDOWN = { mobile: 4, desktop: 1 };

/** Lighthouse on a page of a browser that is signed in, several times. */
export async function scoresOf(url: string, device: 'mobile' | 'desktop', port: number, runs: number): Promise<Scores> {
  const performance: number[] = [];
  const accessibility: number[] = [];
  const largestPaintMs: number[] = [];
  const blockedMs: number[] = [];
  const ownBlockedMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const result = await lighthouse(
      url,
      { port, onlyCategories: ['performance', 'accessibility'], disableStorageReset: true, logLevel: 'error' },
      device === 'desktop' ? desktopConfig : undefined,
    );
    const { categories, audits } = result?.lhr ?? {};
    performance.push(100 * (categories?.['performance']?.score ?? 0));
    accessibility.push(100 * (categories?.['accessibility']?.score ?? 0));
    largestPaintMs.push(audits?.['largest-contentful-paint']?.numericValue ?? 0);
    blockedMs.push(audits?.['total-blocking-time']?.numericValue ?? 0);
    ownBlockedMs.push(blockedByOwnWorkMs(result?.artifacts.Trace.traceEvents ?? [], SLOWDOWN[device]));
  }
  return {
    performance: Math.round(median(performance)),
    accessibility: Math.round(Math.min(...accessibility)),
    largestPaintMs: median(largestPaintMs),
    blockedMs: median(blockedMs),
    ownBlockedMs: Math.min(...ownBlockedMs),
  };
}
