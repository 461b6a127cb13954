import { type FieldError, InvalidRequest } from '#core/errors';
import { inputSchema } from './model-catalogue.js';
import type { ModelDefinition } from './model.js';

/** As much of a parameter's JSON Schema as is looked at. */
interface Parameter {
  type?: string;
  enum?: string[];
  maxItems?: number;
}

/** A model's input made of OpenAI's parameters. */
export interface TranslatedInput {
  input: Record<string, unknown>;
  /** What OpenAI calls a field of the input, where the names differ. */
  names: ReadonlyMap<string, string>;
}

/** OpenAI's parameters of a picture that models know by other names. Everything else goes to the model as it is. */
export interface PictureParameters {
  prompt: string;
  n?: number;
  /** `1024x1024`, or `auto`. */
  size?: string;
  quality?: string;
}

const COUNTS = ['n', 'num_outputs', 'num_images'];
/** What DALL·E called them. */
const QUALITIES: Readonly<Record<string, string>> = { standard: 'medium', hd: 'high' };
/** Sizes of the same shape, told in pixels and in words, differ by less. */
const SAME_SHAPE = 0.02;

/**
 * Says the parameters of a picture in the model's own words: size becomes its size, its width and height, or the ratio
 * it knows of the same shape.
 * @param further the request's other parameters, as the model takes them
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function pictureInput(
  model: ModelDefinition,
  { prompt, n, size, quality }: PictureParameters,
  further: Readonly<Record<string, unknown>>,
): TranslatedInput {
  const translation = new Translation(model);
  translation.set('prompt', prompt);
  if (n !== undefined) translation.setCount(n);
  if (size !== undefined && size !== 'auto') translation.setSize(size);
  if (quality !== undefined && quality !== 'auto') translation.setQuality(quality);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

/** The assets that an edit is made from, by id. */
export interface EditFiles {
  pictures: string[];
  mask?: string;
}

/**
 * The same for an edit: the pictures go where the model takes its references.
 * @throws InvalidRequest also for more pictures than the model takes, and for a mask that it has no place for
 */
export function editInput(
  model: ModelDefinition,
  { pictures, mask }: EditFiles,
  parameters: PictureParameters,
  further: Readonly<Record<string, unknown>>,
): TranslatedInput {
  const references = Object.entries(model.inputFiles ?? {}).find(([name, type]) => type === 'image' && name !== 'mask');
  return pictureInput(model, parameters, {
    ...further,
    ...(references && Translation.references(model, references[0], pictures)),
    ...(mask !== undefined && { mask }),
  });
}

/** OpenAI's parameters of a transcription that models know by other names. */
export interface TranscriptionParameters {
  recording: { id: string; durationMs: number | null };
  language?: string;
  prompt?: string;
}

const MINUTE_MS = 60_000;

/**
 * Says the parameters of a transcription in the model's own words. What is held is the length of the recording.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function transcriptionInput(
  model: ModelDefinition,
  { recording, language, prompt }: TranscriptionParameters,
  further: Readonly<Record<string, unknown>>,
): TranslatedInput {
  const translation = new Translation(model);
  translation.setAs('file', 'audio', recording.id);
  if (recording.durationMs !== null) {
    translation.setAs('file', 'max_minutes', Math.max(1, Math.ceil(recording.durationMs / MINUTE_MS)));
  }
  if (language !== undefined) {
    translation.setAs('language', translation.knows('language_code') ? 'language_code' : 'language', language);
  }
  if (prompt !== undefined && prompt !== '') translation.set('prompt', prompt);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

/** OpenAI's parameters of speech that models know by other names. */
export interface SpeechParameters {
  input: string;
  voice?: string;
  response_format?: string;
}

/**
 * Says the parameters of speech in the model's own words.
 * @throws InvalidRequest for what the model cannot do, or does not know
 */
export function speechInput(
  model: ModelDefinition,
  { input, voice, response_format: format }: SpeechParameters,
  further: Readonly<Record<string, unknown>>,
): TranslatedInput {
  const translation = new Translation(model);
  translation.setAs('input', translation.knows('text') ? 'text' : 'input', input);
  // Clients cannot leave it out; a model with one voice has nothing to choose.
  if (voice !== undefined && translation.knows('voice')) translation.set('voice', voice);
  if (format !== undefined) translation.setFormat(format);
  for (const [name, value] of Object.entries(further)) translation.set(name, value);
  return translation;
}

class Translation implements TranslatedInput {
  readonly input: Record<string, unknown> = {};
  readonly names = new Map<string, string>();
  private readonly parameters: Readonly<Record<string, Parameter>>;

  constructor(private readonly model: ModelDefinition) {
    this.parameters = (inputSchema(model)['properties'] ?? {}) as Record<string, Parameter>;
  }

  /** The field for pictures to edit, with one of them or with all. */
  static references(model: ModelDefinition, field: string, ids: string[]): Record<string, unknown> {
    const { parameters, refusal } = new Translation(model);
    const most = parameters[field]?.type === 'array' ? (parameters[field].maxItems ?? Infinity) : 1;
    if (ids.length > most) throw refusal('image', 'too_many_files', `${model.id} takes ${most} of them`);
    return { [field]: parameters[field]?.type === 'array' ? ids : ids[0] };
  }

  knows(name: string): boolean {
    return Object.hasOwn(this.parameters, name);
  }

  set(name: string, value: unknown): void {
    if (!this.knows(name)) {
      throw this.refusal(name, 'unknown_field', `is not a parameter of ${this.model.id}`);
    }
    this.input[name] = name === 'output_format' ? this.pictureFormat(value) : this.typed(name, value);
  }

  setAs(theirName: string, ourName: string, value: unknown): void {
    this.set(ourName, value);
    if (theirName !== ourName) this.names.set(ourName, theirName);
  }

  setCount(n: number): void {
    const field = COUNTS.find((name) => this.knows(name));
    if (field) this.setAs('n', field, n);
    else if (n !== 1) throw this.refusal('n', 'unsupported_value', `must be 1: ${this.model.id} makes one at a time`);
  }

  setSize(size: string): void {
    const [width = 0, height = 0] = /^(\d{1,5})x(\d{1,5})$/.exec(size)?.slice(1).map(Number) ?? [];
    if (!width || !height) throw this.refusal('size', 'invalid_value', 'must be width x height in pixels, or auto');
    if (this.parameters['size']?.enum?.some((option) => /^\d+x\d+$/.test(option))) {
      this.set('size', size);
    } else if (this.knows('width') && this.knows('height')) {
      this.setAs('size', 'width', width);
      this.setAs('size', 'height', height);
    } else {
      this.setShape(width / height);
    }
  }

  setQuality(quality: string): void {
    const asked = QUALITIES[quality] ?? quality;
    if (this.knows('quality')) this.set('quality', asked);
    // What everybody sends who does not care.
    else if (asked !== 'medium') {
      throw this.refusal('quality', 'unsupported_parameter', `${this.model.id} has one quality only`);
    }
  }

  setFormat(format: string): void {
    if (this.knows('response_format')) {
      this.set('response_format', format);
      return;
    }
    const options = this.parameters['output_format']?.enum ?? ['mp3'];
    // Those that have no choice make MP3.
    if (!this.knows('output_format') && format === 'mp3') return;
    const option = options.find((one) => one === format || one.startsWith(`${format}_`));
    if (!option) {
      const known = [...new Set(options.map((one) => one.split('_', 1)[0]))].join(', ');
      throw this.refusal('response_format', 'unsupported_value', `${this.model.id} makes ${known}`);
    }
    this.setAs('response_format', 'output_format', option);
  }

  /** Models that think in shapes, not in pixels. */
  private setShape(ratio: number): void {
    const field = ['aspect_ratio', 'image_size'].find((name) => this.parameters[name]?.enum);
    if (!field) throw this.refusal('size', 'unsupported_parameter', `${this.model.id} has no choice of sizes`);
    const options = this.parameters[field]?.enum ?? [];
    const option = options.find((one) => Math.abs((shapeOf(one) ?? Infinity) / ratio - 1) < SAME_SHAPE);
    if (!option) {
      throw this.refusal('size', 'unsupported_value', `${this.model.id} makes these shapes: ${options.join(', ')}`);
    }
    this.setAs('size', field, option);
  }

  /** JPEG by the name that the model has for it. */
  private pictureFormat(value: unknown): unknown {
    const options = this.parameters['output_format']?.enum ?? [];
    return value === 'jpeg' && !options.includes('jpeg') && options.includes('jpg') ? 'jpg' : value;
  }

  /** Forms send everything as text. */
  private typed(name: string, value: unknown): unknown {
    if (typeof value !== 'string') return value;
    const { type = 'string' } = this.parameters[name] ?? {};
    if (type === 'boolean' && ['true', 'false'].includes(value)) return value === 'true';
    const isNumber = ['integer', 'number'].includes(type) && value.trim() !== '' && Number.isFinite(Number(value));
    return isNumber ? Number(value) : value;
  }

  private readonly refusal = (parameter: string, code: string, message: string): Error => {
    const error: FieldError = { pointer: `/${parameter}`, code, message };
    return InvalidRequest({ detail: 'Change the parameter, or choose another model.', errors: [error] });
  };
}

/** Width by height of a shape's name: `16:9`, `widescreen_16_9`, `portrait_4_3` (which is upright), `square`. */
export function shapeOf(name: string): number | undefined {
  if (name === 'square' || name === 'square_hd') return 1;
  const [width, height] = /(\d+)[:_](\d+)$/.exec(name)?.slice(1).map(Number) ?? [];
  if (!width || !height) return undefined;
  return name === 'portrait_4_3' || name === 'portrait_16_9' ? height / width : width / height;
}
