import type { MediaFile } from '../media/media-file.js';

export interface GalleryRow {
  /** Pixels. */
  height: number;
  tiles: readonly { file: MediaFile; width: number }[];
}

export interface RowMetrics {
  /** Pixels. */
  width: number;
  gap: number;
  /** A row of pictures is at least this high, save the last. */
  rowHeight: number;
  audioHeight: number;
  audioWidth: number;
}

/**
 * Justified rows: pictures keep their proportion and their order, and each full row fills the width. Sounds stand in
 * rows of their own. All sizes are known before any file is loaded, so that nothing moves when it is.
 */
export function layOutRows(files: readonly MediaFile[], metrics: RowMetrics): GalleryRow[] {
  const rows: GalleryRow[] = [];
  let line: MediaFile[] = [];
  const flush = (isFull: boolean) => {
    if (line.length === 0) return;
    rows.push(line[0]?.type === 'audio' ? audioRow(line, metrics) : pictureRow(line, metrics, isFull));
    line = [];
  };
  for (const file of files) {
    const isAudio = file.type === 'audio';
    if (line[0] && (line[0].type === 'audio') !== isAudio) flush(false);
    line.push(file);
    if (isAudio ? line.length >= audioColumns(metrics) : heightOf(line, metrics) <= metrics.rowHeight) flush(true);
  }
  flush(false);
  return rows;
}

/** The height at which the pictures of a line fill it. */
function heightOf(line: readonly MediaFile[], { width, gap }: RowMetrics): number {
  return (width - gap * (line.length - 1)) / line.reduce((sum, { ratio }) => sum + ratio, 0);
}

function pictureRow(line: readonly MediaFile[], metrics: RowMetrics, isFull: boolean): GalleryRow {
  const height = isFull ? heightOf(line, metrics) : Math.min(heightOf(line, metrics), metrics.rowHeight * 1.15);
  return { height, tiles: line.map((file) => ({ file, width: file.ratio * height })) };
}

const audioColumns = ({ width, audioWidth }: RowMetrics) => Math.max(1, Math.floor(width / audioWidth));

function audioRow(line: readonly MediaFile[], metrics: RowMetrics): GalleryRow {
  const columns = audioColumns(metrics);
  const width = (metrics.width - metrics.gap * (columns - 1)) / columns;
  return { height: metrics.audioHeight, tiles: line.map((file) => ({ file, width })) };
}

/** How many tiles may be in the page at once. */
export const MOST_TILES = 60;
const SMALLEST_ROW = 150;
const ROW_STEP = 10;
const DRAWN_SHARE = 0.9;

/**
 * The height of rows for a window: as small as pleases the eye, as large as it takes for the rows in sight, and those
 * kept beside them, to have no more tiles than may be in the page.
 * @param ratio of the pictures, on average
 * @param beside rows kept above and below the visible ones, together
 */
export function rowHeightFor(window: { width: number; height: number }, ratio: number, beside: number): number {
  const pleasing = window.width < 640 ? SMALLEST_ROW : 230;
  // Full rows are drawn a little lower than asked for.
  const tilesAt = (height: number) => {
    const drawn = height * DRAWN_SHARE;
    return (Math.ceil(window.height / drawn) + 1 + beside) * (window.width / (drawn * ratio));
  };
  let height = pleasing;
  while (tilesAt(height) > MOST_TILES && height < window.height) height += ROW_STEP;
  return height;
}

/** The mean proportion of the pictures; of none, a square's. */
export function meanRatio(files: readonly MediaFile[]): number {
  const pictures = files.filter(({ type }) => type !== 'audio');
  if (pictures.length === 0) return 1;
  return pictures.reduce((sum, { ratio }) => sum + ratio, 0) / pictures.length;
}
