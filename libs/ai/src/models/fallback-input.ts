import { inputText } from '../inputs/input-text.js';
import { inputSchema, parseInput } from './model-catalogue.js';
import { editInput, pictureInput, speechInput } from './model-parameters.js';
import type { ModelDefinition } from './model.js';
import { shapeOf } from './translation.js';

/** By their shape, for models that are told sizes in pixels. */
const SIZES = ['1024x1024', '1536x1024', '1024x1536', '1920x1080', '1080x1920', '1024x768', '768x1024'];
const SAME_SHAPE = 0.02;
/** What means the same wherever it is known. */
const COMMON = ['seed', 'output_format', 'negative_prompt', 'duration', 'aspect_ratio', 'resolution', 'speed'];

type Input = Readonly<Record<string, unknown>>;

/**
 * A request for one model as a request for another: the same text, files, number and shape; what else both know goes
 * along where its value fits, and the rest is left to the other model's defaults.
 * @throws InvalidRequest when the other model cannot make what is asked for
 */
export function fallbackInput(from: ModelDefinition, input: Input, to: ModelDefinition): Record<string, unknown> {
  if (to.input.safeParse(input).success) return parseInput(to, input);
  const translated = translate(from, input, to);
  const known = parametersOf(to);
  const kept = { ...translated };
  for (const name of COMMON.filter((one) => one in known && !(one in translated) && input[one] !== undefined)) {
    const tried = { ...kept, [name]: input[name] };
    if (to.input.safeParse(tried).success) Object.assign(kept, tried);
  }
  return parseInput(to, kept);
}

function translate(from: ModelDefinition, input: Input, to: ModelDefinition): Record<string, unknown> {
  if (from.ability === 'speech' || from.ability === 'sound')
    return speechInput(to, { input: inputText(input) }, {}).input;
  if (from.type === 'image') return translatePicture(from, input, to);
  // Films, music and transcriptions: by the names that both use.
  const known = parametersOf(to);
  const shared = Object.entries(input).filter(([name]) => name in known && !COMMON.includes(name));
  const text = ['prompt', 'text', 'input'].find((name) => name in known);
  return { ...Object.fromEntries(shared), ...(text && inputText(input) !== '' ? { [text]: inputText(input) } : {}) };
}

function translatePicture(from: ModelDefinition, input: Input, to: ModelDefinition): Record<string, unknown> {
  const n = [input['n'], input['num_outputs'], input['num_images']].find((count) => typeof count === 'number');
  const parameters = { prompt: inputText(input), n, size: sizeOf(input), quality: qualityFor(to, input) };
  const pictures = Object.keys(from.inputFiles ?? {})
    .filter((field) => field !== 'mask')
    .flatMap((field) => [input[field]].flat())
    .filter((reference) => typeof reference === 'string');
  const mask = typeof input['mask'] === 'string' ? input['mask'] : undefined;
  return pictures.length > 0
    ? editInput(to, { pictures, mask }, parameters, {}).input
    : pictureInput(to, parameters, {}).input;
}

/** Width x height, where the request says a size or a shape. */
function sizeOf(input: Input): string | undefined {
  const { size, width, height } = input;
  if (typeof size === 'string' && /^\d+x\d+$/.test(size)) return size;
  if (typeof width === 'number' && typeof height === 'number') return `${width}x${height}`;
  const named = input['aspect_ratio'] ?? input['image_size'];
  const shape = typeof named === 'string' ? shapeOf(named) : undefined;
  return shape === undefined
    ? undefined
    : SIZES.find((candidate) => {
        const [w = 1, h = 1] = candidate.split('x').map(Number);
        return Math.abs(w / h / shape - 1) < SAME_SHAPE;
      });
}

function qualityFor(to: ModelDefinition, { quality }: Input): string | undefined {
  return typeof quality === 'string' && 'quality' in parametersOf(to) ? quality : undefined;
}

function parametersOf(model: ModelDefinition): Record<string, unknown> {
  return (inputSchema(model)['properties'] ?? {}) as Record<string, unknown>;
}
