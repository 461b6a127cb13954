import type { Quantities } from '#billing';
import type { ModelDefinition } from './model.js';

/** What is known of a stored file. */
export interface DeliveredFile {
  width?: number;
  height?: number;
}

const PIXELS = 1_000_000;

/**
 * The units that a finished request is charged for, counted from what was delivered; never more than it was priced for.
 * What a provider counts itself goes before it.
 */
export function usageOf(
  model: ModelDefinition,
  input: Readonly<Record<string, unknown>>,
  files: readonly DeliveredFile[],
): Quantities {
  const { maximum } = model.price(input);
  const asked = maximum['output'];
  if (asked === undefined || model.counts === undefined || model.counts === 'asked') return maximum;
  const delivered = model.counts === 'files' ? BigInt(files.length) : megapixels(files);
  return { ...maximum, output: delivered < asked ? delivered : asked };
}

function megapixels(files: readonly DeliveredFile[]): bigint {
  // A size that nobody knows counts as the most, which the caller cuts to what was asked for.
  const sizes = files.map(({ width, height }) => (width && height ? width * height : Number.MAX_SAFE_INTEGER));
  return sizes.reduce((sum, pixels) => sum + BigInt(Math.ceil(pixels / PIXELS)), 0n);
}
