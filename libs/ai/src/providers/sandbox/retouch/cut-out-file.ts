import type { CutOutRequest, RenderedImage } from '../media-requests.js';
import { encodePicture, fromPixels, openPicture, type Pixels, pixelsOf } from './given-picture.js';

/** Distances in RGB from the colour of the edge: nearer is background, farther is none, between is half of each. */
const surelyBackground = 24;
const surelySubject = 56;

/** Makes everything transparent that is joined to the edge of the picture and has its colour. */
export async function renderCutOutFile({ picture, format }: CutOutRequest): Promise<RenderedImage> {
  const pixels = await pixelsOf(openPicture(picture));
  cutOut(pixels);
  return encodePicture(fromPixels(pixels), format);
}

function cutOut({ data, width, height }: Pixels): void {
  const edge = edgeOf(width, height);
  // A colour under full transparency is nothing: such a place is background already, and says nothing of its colour.
  const isSeen = (at: number) => data[at * 4 + 3] !== 0;
  const shown = edge.filter(isSeen);
  const background = [0, 1, 2].map((channel) => median(shown.map((at) => data[at * 4 + channel] ?? 0)));
  const distance = (at: number) => {
    if (!isSeen(at)) return 0;
    return Math.hypot(...background.map((value, channel) => (data[at * 4 + channel] ?? 0) - value));
  };
  const seen = new Uint8Array(width * height);
  // Every pixel is put there once at most.
  const waiting = new Int32Array(width * height);
  let count = 0;
  const visit = (at: number) => {
    if (seen[at]) return;
    seen[at] = 1;
    const away = distance(at);
    if (away >= surelySubject) return;
    const opacity = Math.max(0, (away - surelyBackground) / (surelySubject - surelyBackground));
    data[at * 4 + 3] = Math.round((data[at * 4 + 3] ?? 0) * opacity);
    waiting[count] = at;
    count += 1;
  };
  edge.forEach(visit);
  while (count > 0) {
    count -= 1;
    const at = waiting[count] ?? 0;
    const column = at % width;
    if (column > 0) visit(at - 1);
    if (column < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < width * (height - 1)) visit(at + width);
  }
}

/** The places of the pixels along the four sides. */
function edgeOf(width: number, height: number): number[] {
  const columns = Array.from({ length: width }, (_, column) => [column, (height - 1) * width + column]);
  const rows = Array.from({ length: height }, (_, row) => [row * width, row * width + width - 1]);
  return [...columns, ...rows].flat();
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
}
