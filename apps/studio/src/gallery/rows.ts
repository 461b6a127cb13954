import type { JobDto, JobOutputDto } from '#sdk';
import { ratioOfInput } from '../create/shapes.js';

/** One file with the job that made it. */
export interface GalleryItem {
  job: JobDto;
  output: JobOutputDto;
  ratio: number;
}

export interface GalleryRow {
  /** Pixels. */
  height: number;
  tiles: readonly { item: GalleryItem; width: number }[];
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

/** The files of the jobs, in the jobs' order. */
export function itemsOf(jobs: readonly JobDto[]): GalleryItem[] {
  return jobs.flatMap((job) =>
    job.outputs.map((output) => ({
      job,
      output,
      ratio: output.width && output.height ? output.width / output.height : (ratioOfInput(job.input) ?? 1),
    })),
  );
}

/**
 * Justified rows: pictures keep their proportion and their order, and each full row fills the width. Sounds stand in
 * rows of their own. All sizes are known before any file is loaded, so that nothing moves when it is.
 */
export function layOutRows(items: readonly GalleryItem[], metrics: RowMetrics): GalleryRow[] {
  const rows: GalleryRow[] = [];
  let line: GalleryItem[] = [];
  const flush = (isFull: boolean) => {
    if (line.length === 0) return;
    rows.push(line[0]?.job.type === 'audio' ? audioRow(line, metrics) : pictureRow(line, metrics, isFull));
    line = [];
  };
  for (const item of items) {
    const isAudio = item.job.type === 'audio';
    if (line[0] && (line[0].job.type === 'audio') !== isAudio) flush(false);
    line.push(item);
    if (isAudio ? line.length >= audioColumns(metrics) : heightOf(line, metrics) <= metrics.rowHeight) flush(true);
  }
  flush(false);
  return rows;
}

/** The height at which the pictures of a line fill it. */
function heightOf(line: readonly GalleryItem[], { width, gap }: RowMetrics): number {
  return (width - gap * (line.length - 1)) / line.reduce((sum, { ratio }) => sum + ratio, 0);
}

function pictureRow(line: readonly GalleryItem[], metrics: RowMetrics, isFull: boolean): GalleryRow {
  const height = isFull ? heightOf(line, metrics) : Math.min(heightOf(line, metrics), metrics.rowHeight * 1.15);
  return { height, tiles: line.map((item) => ({ item, width: item.ratio * height })) };
}

const audioColumns = ({ width, audioWidth }: RowMetrics) => Math.max(1, Math.floor(width / audioWidth));

function audioRow(line: readonly GalleryItem[], metrics: RowMetrics): GalleryRow {
  const columns = audioColumns(metrics);
  const width = (metrics.width - metrics.gap * (columns - 1)) / columns;
  return { height: metrics.audioHeight, tiles: line.map((item) => ({ item, width })) };
}
