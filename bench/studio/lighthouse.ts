import lighthouse, { desktopConfig } from 'lighthouse';
import { median } from '../support/statistics.js';

export interface Scores {
  /** 0 to 100, the median of the runs. */
  performance: number;
  /** 0 to 100, the lowest of the runs. */
  accessibility: number;
  /** Until the largest thing in sight is drawn, ms, the median of the runs. */
  largestPaintMs: number;
  /** How long the page could not have answered, ms, the median of the runs: what other work on the machine shows in. */
  blockedMs: number;
}

/** Lighthouse on a page of a browser that is signed in, several times. */
export async function scoresOf(url: string, device: 'mobile' | 'desktop', port: number, runs: number): Promise<Scores> {
  const performance: number[] = [];
  const accessibility: number[] = [];
  const largestPaintMs: number[] = [];
  const blockedMs: number[] = [];
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
  }
  return {
    performance: Math.round(median(performance)),
    accessibility: Math.round(Math.min(...accessibility)),
    largestPaintMs: median(largestPaintMs),
    blockedMs: median(blockedMs),
  };
}
