import { type AppError, type FieldError, InvalidRequest } from '#core/errors';
import { inputSchema } from './model-catalogue.js';
import type { ModelDefinition } from './model.js';

/** As much of a parameter's JSON Schema as is looked at. */
interface Parameter {
  type?: string;
  enum?: string[];
  maxItems?: number;
}

/** A model's input made of parameters that have the same names for all models. */
export interface TranslatedInput {
  input: Record<string, unknown>;
  /** What the caller calls a field of the input, where the names differ. */
  names: ReadonlyMap<string, string>;
}

/** A refusal of a translated input, with the fields as the caller named them. */
export function inCallersNames({ details }: AppError, names: TranslatedInput['names']): AppError {
  return InvalidRequest({
    ...details,
    errors: details.errors?.map((error) => {
      const [field = '', ...rest] = error.pointer
        .replace(/^\/input\//, '')
        .replace(/^\//, '')
        .split('/');
      return { ...error, pointer: ['', names.get(field) ?? field, ...rest].join('/') };
    }),
  });
}

/** What a test key may say to any model: whether it may is told where the input is checked for its caller. */
const SIMULATION = 'simulate';
const COUNTS = ['n', 'num_outputs', 'num_images'];
/** What DALL·E called them. */
const QUALITIES: ReadonlyMap<string, string> = new Map([
  ['standard', 'medium'],
  ['hd', 'high'],
]);
/** Sizes of the same shape, told in pixels and in words, differ by less. */
const SAME_SHAPE = 0.02;

/** Says parameters in the words of one model, field by field. */
export class Translation implements TranslatedInput {
  readonly input: Record<string, unknown> = {};
  readonly names = new Map<string, string>();
  private readonly parameters: Readonly<Record<string, Parameter>>;

  constructor(private readonly model: ModelDefinition) {
    this.parameters = (inputSchema(model)['properties'] ?? {}) as Record<string, Parameter>;
  }

  knows(name: string): boolean {
    return Object.hasOwn(this.parameters, name);
  }

  /** The name that the model has for something, or `usual`. */
  firstKnown(names: readonly string[], usual: string): string {
    return names.find((name) => this.knows(name)) ?? usual;
  }

  set(name: string, value: unknown): void {
    this.setAs(name, name, value);
  }

  setAs(theirName: string, ourName: string, value: unknown): void {
    if (!this.knows(ourName) && ourName !== SIMULATION) {
      throw this.refusal(theirName, 'unknown_field', `is not a parameter of ${this.model.id}`);
    }
    this.input[ourName] = ourName === 'output_format' ? this.pictureFormat(value) : this.typed(ourName, value);
    if (theirName !== ourName) this.names.set(ourName, theirName);
  }

  /** What the caller says in the model's own words, under `parameters`. */
  setFurther(parameters: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(parameters)) {
      const theirName = `parameters/${name}`;
      if (Object.hasOwn(this.input, name))
        throw this.refusal(theirName, 'said_twice', 'is said beside `parameters` already');
      this.setAs(theirName, name, value);
    }
  }

  /** The pictures to work from go where the model takes one of them, or several. */
  setPictures(references: readonly string[], theirName = 'image'): void {
    const takers = Object.entries(this.model.inputFiles ?? {});
    const field = takers.find(([name, type]) => type === 'image' && name !== 'mask')?.[0];
    if (field === undefined)
      throw this.refusal(theirName, 'unsupported_parameter', `${this.model.id} takes no pictures`);
    const { type, maxItems = Infinity } = this.parameters[field] ?? {};
    const most = type === 'array' ? maxItems : 1;
    if (references.length > most)
      throw this.refusal(theirName, 'too_many_files', `${this.model.id} takes ${most} of them`);
    this.setAs(theirName, field, type === 'array' ? references : references[0]);
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
      this.setShape('size', width / height);
    }
  }

  setQuality(quality: string): void {
    const asked = QUALITIES.get(quality) ?? quality;
    if (this.knows('quality')) this.set('quality', asked);
    // What everybody sends who does not care.
    else if (asked !== 'medium') {
      throw this.refusal('quality', 'unsupported_parameter', `${this.model.id} has one quality only`);
    }
  }

  setFormat(format: string, theirName = 'response_format'): void {
    if (this.knows('response_format')) {
      this.setAs(theirName, 'response_format', format);
      return;
    }
    const options = this.parameters['output_format']?.enum ?? ['mp3'];
    // Those that have no choice make MP3.
    if (!this.knows('output_format') && format === 'mp3') return;
    const option = options.find((one) => one === format || one.startsWith(`${format}_`));
    if (!option) {
      const known = [...new Set(options.map((one) => one.split('_', 1)[0]))].join(', ');
      throw this.refusal(theirName, 'unsupported_value', `${this.model.id} makes ${known}`);
    }
    this.setAs(theirName, 'output_format', option);
  }

  /** Width by height, for models that offer shapes, or sizes of some shapes. */
  setShape(theirName: string, ratio: number): void {
    const field = ['aspect_ratio', 'image_size', 'size'].find((name) => this.parameters[name]?.enum);
    if (!field) throw this.refusal(theirName, 'unsupported_parameter', `${this.model.id} has no choice of sizes`);
    const options = this.parameters[field]?.enum ?? [];
    const option = options.find((one) => Math.abs((shapeOf(one) ?? Infinity) / ratio - 1) < SAME_SHAPE);
    if (!option) {
      throw this.refusal(theirName, 'unsupported_value', `${this.model.id} makes these shapes: ${options.join(', ')}`);
    }
    this.setAs(theirName, field, option);
  }

  /** JPEG by the name that the model has for it. */
  private pictureFormat(value: unknown): unknown {
    const options = this.parameters['output_format']?.enum ?? [];
    return value === 'jpeg' && !options.includes('jpeg') && options.includes('jpg') ? 'jpg' : value;
  }

  /** Forms send everything as text; some models spell numbers. */
  private typed(name: string, value: unknown): unknown {
    const { type = 'string' } = this.parameters[name] ?? {};
    if (typeof value === 'number' && type === 'string') return String(value);
    if (typeof value !== 'string') return value;
    if (type === 'boolean' && ['true', 'false'].includes(value)) return value === 'true';
    const isNumber = ['integer', 'number'].includes(type) && value.trim() !== '' && Number.isFinite(Number(value));
    return isNumber ? Number(value) : value;
  }

  private readonly refusal = (parameter: string, code: string, message: string): Error => {
    const error: FieldError = { pointer: `/${parameter}`, code, message };
    return InvalidRequest({ detail: 'Change the parameter, or choose another model.', errors: [error] });
  };
}

/** Width by height of a shape's name: `16:9`, `640x360`, `widescreen_16_9`, `portrait_4_3` (which is upright), `square`. */
export function shapeOf(name: string): number | undefined {
  if (name === 'square' || name === 'square_hd') return 1;
  const [width, height] = /(\d+)[:_x](\d+)$/.exec(name)?.slice(1).map(Number) ?? [];
  if (!width || !height) return undefined;
  return name === 'portrait_4_3' || name === 'portrait_16_9' ? height / width : width / height;
}
