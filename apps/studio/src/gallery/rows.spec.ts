import { describe, expect, it } from '@jest/globals';
import type { JobDto } from '#sdk';
import { itemsOf, layOutRows } from './rows.js';

const METRICS = { width: 1200, gap: 8, rowHeight: 230, audioHeight: 72, audioWidth: 360 };

/** As much of a job as the rows look at. */
function job(type: JobDto['type'], ...sizes: [number, number][]): JobDto {
  const outputs = sizes.map(([width, height], index) => ({ id: `${type}-${index}`, width, height }));
  return { type, input: {}, outputs } as unknown as JobDto;
}

describe('rows of the gallery', () => {
  it('fill the width, keep each picture’s proportion, and keep the order', () => {
    const jobs = Array.from({ length: 30 }, (_, index) => job('image', [1000 + index * 40, 1000]));
    const items = itemsOf(jobs);
    const rows = layOutRows(items, METRICS);
    expect(rows.flatMap(({ tiles }) => tiles.map(({ item }) => item))).toEqual(items);
    for (const { tiles, height } of rows.slice(0, -1)) {
      const width = tiles.reduce((sum, tile) => sum + tile.width, METRICS.gap * (tiles.length - 1));
      expect(width).toBeCloseTo(METRICS.width, 3);
      for (const { item, width: own } of tiles) expect(own / height).toBeCloseTo(item.ratio, 6);
    }
  });

  it('never blow up a lonely picture', () => {
    const [row] = layOutRows(itemsOf([job('image', [1000, 1000])]), METRICS);
    expect(row?.height).toBeLessThan(METRICS.rowHeight * 1.2);
  });

  it('keep sounds in rows of their own', () => {
    const jobs = [job('image', [100, 100]), job('audio', [0, 0]), job('audio', [0, 0]), job('image', [100, 100])];
    const kinds = layOutRows(itemsOf(jobs), METRICS).map(({ tiles }) => tiles.map(({ item }) => item.job.type));
    expect(kinds).toEqual([['image'], ['audio', 'audio'], ['image']]);
  });
});
