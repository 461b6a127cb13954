import type { UploadLimits } from '../api/uploads.js';
import type { MediaType } from '../media/media-type.js';

/** The part of JSON Schema 2020-12 that the models' inputs are written in. */
export interface JsonSchema {
  type?: string;
  enum?: readonly unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  multipleOf?: number;
  description?: string;
  maxItems?: number;
  items?: JsonSchema;
  required?: readonly string[];
  properties?: Record<string, JsonSchema>;
  /** The field takes a file of this kind: an asset, or an https address. */
  'x-media'?: MediaType;
  /** What such a file has to be. */
  'x-mime-types'?: readonly string[];
  'x-max-bytes'?: number;
  /** The file is a mask over the first picture of this field. */
  'x-mask-of'?: string;
}

interface FieldBase {
  /** Dotted path into the input, e.g. `simulate.failure`; drafts keep values under it. */
  name: string;
  default: unknown;
  /** The model's own words, in English. */
  description: string | undefined;
  isAdvanced: boolean;
  /** Nothing can be made without it. */
  isRequired: boolean;
}

export type InputField = FieldBase &
  (
    | { kind: 'prompt'; maxLength: number }
    | { kind: 'shape'; options: readonly string[] }
    | { kind: 'choice'; options: readonly string[] }
    | { kind: 'number'; minimum: number; maximum: number; step: number }
    | { kind: 'flag' }
    | { kind: 'media'; media: MediaType; most: number; isList: boolean; limits: UploadLimits; maskOf?: string }
    | { kind: 'text'; maxLength: number }
  );

/** What models call the text that somebody writes. */
export const PROMPTS: ReadonlySet<string> = new Set(['prompt', 'text', 'input']);
const SHAPES = new Set(['size', 'aspect_ratio', 'aspectRatio', 'image_size', 'resolution']);
/** What one decides for every picture; the rest is folded away. */
const FOREMOST = new Set([...PROMPTS, ...SHAPES, 'n', 'seed', 'quality', 'duration', 'kind', 'voice', 'voice_id']);
const ASSET = /^(?:asset:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const SHAPE = /^\d+\s*[x:×]\s*\d+$/;

/** The fields a form needs for a model's input: shapes first, then the schema's order. What no form asks for is left out. */
export function fieldsOf(schema: JsonSchema, parent = ''): InputField[] {
  return Object.entries(schema.properties ?? {})
    .flatMap(([key, property]) => {
      const name = parent + key;
      if (property.type === 'object') return fieldsOf(property, `${name}.`);
      const field = fieldOf(key, property);
      if (!field) return [];
      const isRequired = schema.required?.includes(key) ?? false;
      const isForemost = FOREMOST.has(key) || isRequired || field.kind === 'media';
      const isAdvanced = parent !== '' || !isForemost;
      return [{ ...field, name, default: property.default, description: property.description, isAdvanced, isRequired }];
    })
    .toSorted((a, b) => Number(b.kind === 'shape') - Number(a.kind === 'shape'));
}

type Kind = InputField extends infer Each ? (Each extends FieldBase ? Omit<Each, keyof FieldBase> : never) : never;

function fieldOf(key: string, schema: JsonSchema): Kind | undefined {
  const isList = schema.type === 'array';
  const file = isList ? schema.items : schema;
  if (file?.['x-media']) {
    return {
      kind: 'media',
      media: file['x-media'],
      isList,
      most: isList ? (schema.maxItems ?? 1) : 1,
      limits: { mimeTypes: file['x-mime-types'] ?? [], maxBytes: file['x-max-bytes'] },
      maskOf: file['x-mask-of'],
    };
  }
  const options = schema.enum?.filter((option) => typeof option === 'string');
  if (options?.length) {
    const isShape = SHAPES.has(key) && options.every((option) => SHAPE.test(option));
    return { kind: isShape ? 'shape' : 'choice', options };
  }
  switch (schema.type) {
    case 'string':
      return { kind: PROMPTS.has(key) ? 'prompt' : 'text', maxLength: schema.maxLength ?? 4000 };
    case 'integer':
    case 'number':
      return {
        kind: 'number',
        minimum: schema.minimum ?? 0,
        maximum: schema.maximum ?? Number.MAX_SAFE_INTEGER,
        step: schema.multipleOf ?? (schema.type === 'integer' ? 1 : 0.1),
      };
    case 'boolean':
      return { kind: 'flag' };
    default:
      return undefined;
  }
}

/** The ids of uploads that a value refers to. */
export function assetIdsOf(value: unknown): string[] {
  const references = Array.isArray(value) ? value : [value];
  return references.flatMap((reference) => (typeof reference === 'string' ? (ASSET.exec(reference)?.[1] ?? []) : []));
}

export type Values = Readonly<Record<string, unknown>>;

/** The upload that a mask lies over; undefined: there is nothing to paint on. */
export function pictureUnder(maskOf: string, values: Values): string | undefined {
  return assetIdsOf(values[maskOf])[0];
}

/** Whether a model has nothing to work on yet: a file that it cannot do without. */
export function lacksFile(field: InputField, values: Values): boolean {
  return field.kind === 'media' && field.isRequired && assetIdsOf(values[field.name]).length === 0;
}

/** The values with one of them changed. A mask goes with the picture that it was painted on. */
export function changeValue(fields: readonly InputField[], values: Values, name: string, value: unknown): Values {
  const changed = { ...values, [name]: value };
  for (const field of fields) {
    if (field.kind !== 'media' || field.maskOf !== name) continue;
    if (pictureUnder(name, values) !== pictureUnder(name, changed)) changed[field.name] = undefined;
  }
  return changed;
}

/** The value a field shows: the draft's when the model takes it, else the model's own. */
export function valueOf(field: InputField, values: Values): unknown {
  const value = values[field.name];
  return accepts(field, value) ? value : field.default;
}

/** Whether a model would take this value: drafts travel from one model to another. */
export function accepts(field: InputField, value: unknown): boolean {
  switch (field.kind) {
    case 'prompt':
    case 'text':
      return typeof value === 'string';
    case 'shape':
    case 'choice':
      return field.options.includes(value as string);
    case 'number':
      return (
        typeof value === 'number' &&
        value >= field.minimum &&
        value <= field.maximum &&
        (field.step !== 1 || Number.isInteger(value))
      );
    case 'flag':
      return typeof value === 'boolean';
    case 'media':
      return assetIdsOf(value).length > 0;
  }
}

/** The input to send: only what the model accepts, and only what was decided. */
export function inputFrom(fields: readonly InputField[], prompt: string, values: Values): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.kind === 'prompt') {
      if (field.isRequired || prompt.trim() !== '') input[field.name] = prompt.trim();
    } else if (field.kind === 'media') {
      if (field.maskOf !== undefined && pictureUnder(field.maskOf, values) === undefined) continue;
      const ids = assetIdsOf(values[field.name]).slice(0, field.most);
      if (ids.length > 0) put(input, field.name, field.isList ? ids : ids[0]);
    } else if (accepts(field, values[field.name]) && values[field.name] !== '')
      put(input, field.name, values[field.name]);
  }
  return input;
}

function put(input: Record<string, unknown>, name: string, value: unknown): void {
  const [head = '', ...rest] = name.split('.');
  if (rest.length === 0) {
    input[head] = value;
    return;
  }
  const inner = (input[head] ??= {}) as Record<string, unknown>;
  put(inner, rest.join('.'), value);
}

/** The reverse of `inputFrom`: what a finished job was asked for, as a draft. */
export function valuesFrom(input: Record<string, unknown>, parent = ''): { prompt: string; values: Values } {
  let prompt = '';
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    if (parent === '' && PROMPTS.has(key) && typeof value === 'string') prompt = value;
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(values, valuesFrom(value as Record<string, unknown>, `${parent}${key}.`).values);
    } else values[parent + key] = value;
  }
  return { prompt, values };
}
