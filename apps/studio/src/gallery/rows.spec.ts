import { describe, expect, it } from '@jest/globals';
import type { MediaFile } from '../media/media-file.js';
import { layOutPage, layOutRows, MOST_TILES, placeByKey, rowHeightFor } from './rows.js';

const METRICS = { width: 1200, gap: 8, rowHeight: 230 };

/** As much of a file as the rows look at. */
const file = (ratio = 1) => ({ id: String(ratio), ratio }) as MediaFile;

describe('rows of the gallery', () => {
  it('fill the width, keep each picture’s proportion, and keep the order', () => {
    const files = Array.from({ length: 30 }, (_, index) => file(1 + index * 0.04));
    const rows = layOutRows(files, METRICS);
    expect(rows.flatMap(({ tiles }) => tiles.map((tile) => tile.file))).toEqual(files);
    for (const { tiles, height } of rows.slice(0, -1)) {
      const width = tiles.reduce((sum, tile) => sum + tile.width, METRICS.gap * (tiles.length - 1));
      expect(width).toBeCloseTo(METRICS.width, 3);
      for (const tile of tiles) expect(tile.width / height).toBeCloseTo(tile.file.ratio, 6);
    }
  });

  it('of a page that shows all of its files are as high as makes the last one full', () => {
    for (let count = 2; count <= 30; count += 1) {
      const files = Array.from({ length: count }, (_, index) => file(index % 3 === 0 ? 1.5 : 0.9));
      const rows = layOutPage(files, METRICS, [280, 640]);
      expect(rows.flatMap(({ tiles }) => tiles.map((tile) => tile.file))).toEqual(files);
      const last = rows.at(-1)?.tiles ?? [];
      const width = last.reduce((sum, tile) => sum + tile.width, METRICS.gap * (last.length - 1));
      expect(width / METRICS.width).toBeGreaterThan(0.85);
    }
  });

  it('are gone through by keys in two dimensions', () => {
    // Three, two and three in a row: the wide ones stand below, and above, two of the others.
    const rows = layOutRows([1.8, 1.8, 1.8, 2.7, 2.7, 1.8, 1.8, 1.8].map(file), { ...METRICS, gap: 0, rowHeight: 225 });
    expect(rows.map(({ tiles }) => tiles.length)).toEqual([3, 2, 3]);
    const go = (row: number, column: number, key: string, ctrlKey = false) => {
      const place = placeByKey(rows, { row, column }, { key, ctrlKey }, 2);
      return place && [place.row, place.column];
    };
    expect(go(0, 2, 'ArrowRight')).toEqual([1, 0]);
    expect(go(1, 0, 'ArrowLeft')).toEqual([0, 2]);
    expect(go(0, 0, 'ArrowLeft')).toEqual([0, 0]);
    expect(go(2, 2, 'ArrowRight')).toEqual([2, 2]);
    expect(go(0, 0, 'ArrowDown')).toEqual([1, 0]);
    expect(go(0, 2, 'ArrowDown')).toEqual([1, 1]);
    expect(go(1, 1, 'ArrowUp')).toEqual([0, 2]);
    expect(go(0, 1, 'ArrowUp')).toEqual([0, 1]);
    expect(go(1, 1, 'Home')).toEqual([1, 0]);
    expect(go(0, 0, 'End')).toEqual([0, 2]);
    expect(go(2, 1, 'Home', true)).toEqual([0, 0]);
    expect(go(0, 0, 'End', true)).toEqual([2, 2]);
    expect(go(0, 2, 'PageDown')).toEqual([2, 2]);
    expect(go(2, 0, 'PageUp')).toEqual([0, 0]);
    expect(go(0, 0, 'x')).toBeUndefined();
  });

  it('never blow up a lonely picture', () => {
    const [row] = layOutRows([file()], METRICS);
    expect(row?.height).toBeLessThan(METRICS.rowHeight * 1.2);
  });

  it.each([
    [358, 640],
    [1392, 780],
    [1872, 960],
    [2512, 1300],
    [3792, 2020],
  ])('in a window of %d × %d have no more tiles in sight than may be', (width, height) => {
    for (const ratios of [[1], [0.5625], [1.78], [1, 0.8, 1.5, 0.5625, 1.78], [1, 0.8, 0.5625, 1.78]]) {
      const files = Array.from({ length: 600 }, (_, index) => file(ratios[index % ratios.length]));
      const rowHeight = rowHeightFor({ width, height }, METRICS.gap, files.slice(0, 100), 3);
      const rows = layOutRows(files, { ...METRICS, width, rowHeight });
      for (let first = 0; first < 20; first += 1) {
        let [last, drawn] = [first, 0];
        while (drawn < height + (rows[first]?.height ?? 0)) drawn += (rows[last++]?.height ?? height) + METRICS.gap;
        const mounted = rows.slice(Math.max(0, first - 1), last + 1).reduce((sum, { tiles }) => sum + tiles.length, 0);
        const focused = rows[100]?.tiles.length ?? 0;
        expect(mounted + focused).toBeLessThanOrEqual(MOST_TILES);
      }
    }
  });
});
