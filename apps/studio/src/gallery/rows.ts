import type { MediaFile } from '../media/media-file.js';

/** Width over height. */
interface Proportion {
  ratio: number;
}

export interface GalleryRow<File extends Proportion = MediaFile> {
  /** Pixels. */
  height: number;
  tiles: readonly { file: File; width: number }[];
}

export interface RowMetrics {
  /** Pixels. */
  width: number;
  gap: number;
  /** A row is at least this high, save the last. */
  rowHeight: number;
}

/**
 * Justified rows: files keep their proportion and their order, and each full row fills the width. All sizes are known
 * before any file is loaded, so that nothing moves when it is.
 */
export function layOutRows<File extends Proportion>(files: readonly File[], metrics: RowMetrics): GalleryRow<File>[] {
  const rows: GalleryRow<File>[] = [];
  let line: File[] = [];
  for (const file of files) {
    line.push(file);
    if (heightOf(line, metrics) > metrics.rowHeight) continue;
    rows.push(toRow(line, heightOf(line, metrics)));
    line = [];
  }
  if (line.length > 0) rows.push(toRow(line, Math.min(heightOf(line, metrics), metrics.rowHeight * 1.15)));
  return rows;
}

/** The height at which the pictures of a line fill it. */
function heightOf(line: readonly Proportion[], { width, gap }: RowMetrics): number {
  return (width - gap * (line.length - 1)) / line.reduce((sum, { ratio }) => sum + ratio, 0);
}

function toRow<File extends Proportion>(line: readonly File[], height: number): GalleryRow<File> {
  return { height, tiles: line.map((file) => ({ file, width: file.ratio * height })) };
}

const FULL_SHARE = 0.98;

/**
 * Justified rows of a page that shows all of its files: of the heights between the two, pixels, the lowest with which
 * the last row is full as well, else that with which it is fullest.
 */
export function layOutPage<File extends Proportion>(
  files: readonly File[],
  metrics: Omit<RowMetrics, 'rowHeight'>,
  [least, most]: readonly [number, number],
): GalleryRow<File>[] {
  let best: { rows: GalleryRow<File>[]; share: number } = { rows: [], share: -1 };
  for (let rowHeight = least; rowHeight <= most && best.share < FULL_SHARE; rowHeight += ROW_STEP) {
    const rows = layOutRows(files, { ...metrics, rowHeight });
    const last = rows.at(-1)?.tiles ?? [];
    const filled = last.reduce((sum, { width }) => sum + width, metrics.gap * (last.length - 1));
    if (filled / metrics.width > best.share) best = { rows, share: filled / metrics.width };
  }
  return best.rows;
}

/** Where a tile is. */
export interface Place {
  row: number;
  column: number;
}

const LEAPS: Readonly<Record<string, (rows: number) => number>> = {
  ArrowUp: () => -1,
  ArrowDown: () => 1,
  PageUp: (rows) => -rows,
  PageDown: (rows) => rows,
};

/**
 * Where a key leads: left and right go on in the next row, up and down to what stands there, Home and End to the ends of
 * the row, with Ctrl to those of all.
 * @param pageRows as many as are in sight
 * @returns undefined for other keys
 */
export function placeByKey(
  rows: readonly GalleryRow[],
  from: Place,
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  pageRows: number,
): Place | undefined {
  const lastOf = (row: number) => ({ row, column: (rows[row]?.tiles.length ?? 1) - 1 });
  const first = { row: 0, column: 0 };
  const lastRow = rows.length - 1;
  switch (key) {
    case 'ArrowLeft':
      if (from.column > 0) return { ...from, column: from.column - 1 };
      return from.row > 0 ? lastOf(from.row - 1) : from;
    case 'ArrowRight':
      if (from.column < lastOf(from.row).column) return { ...from, column: from.column + 1 };
      return from.row < lastRow ? { row: from.row + 1, column: 0 } : from;
    case 'Home':
      return ctrlKey ? first : { ...from, column: 0 };
    case 'End':
      return lastOf(ctrlKey ? lastRow : from.row);
  }
  const leap = LEAPS[key]?.(pageRows);
  if (leap === undefined) return undefined;
  const row = Math.min(lastRow, Math.max(0, from.row + leap));
  return row === from.row ? from : { row, column: columnAt(rows[row], middleOf(rows[from.row], from.column)) };
}

/** The middle of a tile, pixels from the left; the gaps make no difference. */
function middleOf(row: GalleryRow | undefined, column: number): number {
  const tiles = row?.tiles ?? [];
  const before = tiles.slice(0, column).reduce((sum, { width }) => sum + width, 0);
  return before + (tiles[column]?.width ?? 0) / 2;
}

/** The tile of a row that stands there, else its last. */
function columnAt(row: GalleryRow | undefined, x: number): number {
  const tiles = row?.tiles ?? [];
  let right = 0;
  const column = tiles.findIndex(({ width }) => (right += width) >= x);
  return column < 0 ? Math.max(0, tiles.length - 1) : column;
}

/** How many tiles may be in the page at once. */
export const MOST_TILES = 60;
const SMALLEST_ROW = 150;
const PLEASING_ROW = 230;
const ROW_STEP = 10;

/**
 * The height of rows for a window: as small as pleases the eye, as large as it takes for the rows in sight, and those
 * kept beside them, to have no more tiles than may be in the page.
 * @param sample of the files, which tells what pictures are like here
 * @param beside rows that are kept out of sight
 */
export function rowHeightFor(
  window: { width: number; height: number },
  gap: number,
  sample: readonly MediaFile[],
  beside: number,
): number {
  const mostTilesAt = (rowHeight: number) => {
    const rows = layOutRows(sample, { width: window.width, gap, rowHeight });
    // The lowest rows, each with as many as the fullest. One more than fit may be seen in part.
    const lowest = Math.min(...rows.map(({ height }) => height));
    const fullest = Math.max(...rows.map(({ tiles }) => tiles.length));
    return (Math.ceil(window.height / (lowest + gap)) + 1 + beside) * fullest;
  };
  let rowHeight = window.width < 640 ? SMALLEST_ROW : PLEASING_ROW;
  if (sample.length === 0) return rowHeight;
  while (mostTilesAt(rowHeight) > MOST_TILES && rowHeight < window.height) rowHeight += ROW_STEP;
  return rowHeight;
}
