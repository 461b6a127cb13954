/** What a shape is used for; the names are messages under `shape.`. */
export type ShapeUse = 'square' | 'feed' | 'story' | 'wide' | 'landscape' | 'poster' | 'classic' | 'banner' | 'custom';

export interface Shape {
  width: number;
  height: number;
  /** Width over height. */
  ratio: number;
  use: ShapeUse;
  /** Exact pixels, not only a proportion. */
  isPixels: boolean;
}

const USES: readonly (readonly [ratio: number, use: ShapeUse])[] = [
  [1, 'square'],
  [4 / 5, 'feed'],
  [9 / 16, 'story'],
  [16 / 9, 'wide'],
  [3 / 2, 'landscape'],
  [2 / 3, 'poster'],
  [4 / 3, 'classic'],
  [21 / 9, 'banner'],
];
const TOLERANCE = 0.02;
/** Proportions are small numbers (16:9), pixels are not. */
const SMALLEST_PIXELS = 64;

/** Reads `1080x1350` and `4:5`. */
export function parseShape(text: string): Shape | undefined {
  const match = /^(\d+)\s*[x:×]\s*(\d+)$/.exec(text);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!width || !height) return undefined;
  const ratio = width / height;
  const use = USES.find(([known]) => Math.abs(known - ratio) / known < TOLERANCE)?.[1] ?? 'custom';
  return { width, height, ratio, use, isPixels: width >= SMALLEST_PIXELS };
}

/** The proportion of what a job will make, to keep its place free; sound has none. */
export function ratioOfInput(input: Record<string, unknown>): number | undefined {
  for (const key of ['size', 'aspect_ratio', 'aspectRatio', 'image_size', 'resolution']) {
    const value = input[key];
    const shape = typeof value === 'string' ? parseShape(value) : undefined;
    if (shape) return shape.ratio;
  }
  return undefined;
}
