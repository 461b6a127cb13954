import type { Quantities } from '#billing';
import { countTokens } from '../tokens/token-counter.js';
import type { ModelDefinition, PriceQuestion } from './model.js';

/** What is known of a stored file. */
export interface DeliveredFile {
  width?: number;
  height?: number;
}

const PIXELS = 1_000_000;
/** What a provider wraps around a text; it counts as input as well. */
const FRAME_TOKENS = 32n;

/** The most that a request can consume. A text may be read anew for every output. */
export async function maximumOf({ maximum, tokensOf }: PriceQuestion): Promise<Quantities> {
  if (tokensOf === undefined) return maximum;
  const tokens = (await countTokens(tokensOf)) + FRAME_TOKENS;
  return { ...maximum, input_text: tokens * (maximum['output'] ?? 1n) };
}

/**
 * The units that a finished request is charged for, counted from what was delivered; never more than it was priced for.
 * What a provider counts itself goes before it.
 */
export async function usageOf(
  model: ModelDefinition,
  input: Readonly<Record<string, unknown>>,
  files: readonly DeliveredFile[],
): Promise<Quantities> {
  const { maximum, tokensOf } = model.price(input);
  const outputs = outputsOf(model, maximum, files);
  return tokensOf === undefined ? outputs : { ...outputs, input_text: await countTokens(tokensOf) };
}

function outputsOf(model: ModelDefinition, maximum: Quantities, files: readonly DeliveredFile[]): Quantities {
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
