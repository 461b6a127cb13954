import { z } from 'zod';
import { InvalidRequest } from '#core/errors';
import { ModelRetired, UnknownModel } from '../ai.errors.js';
import { limitsOf } from '../inputs/input-file-limits.js';
import { elevenLabsModels } from './elevenlabs.models.js';
import { falModels } from './fal.models.js';
import { freepikModels } from './freepik.models.js';
import { toFieldErrors } from './input-faults.js';
import type { ModelDefinition } from './model.js';
import { openAiModels } from './openai.models.js';
import { pictureTools } from './picture-tools.models.js';
import { replicateModels } from './replicate.models.js';
import { simulate } from './simulation.js';
import { sandboxModels } from './sandbox.models.js';

/** Every model the platform knows, in the order in which it is shown. */
export const MODELS: readonly ModelDefinition[] = [
  ...sandboxModels,
  ...openAiModels,
  ...replicateModels,
  ...elevenLabsModels,
  ...falModels,
  ...pictureTools,
  ...freepikModels,
];

/** Models that were gone before this catalogue, whose names are still in many programs, and what to use instead. */
const GONE: Readonly<Record<string, string>> = {
  'openai/dall-e-2': 'openai/gpt-image-2',
  'openai/dall-e-3': 'openai/gpt-image-2',
  'openai/gpt-image-1': 'openai/gpt-image-2',
};

const byId = new Map(MODELS.map((model) => [model.id, model]));

/**
 * The model of a request.
 * @throws UnknownModel, ModelRetired (naming the successor)
 */
export function findModel(id: string, now = new Date()): ModelDefinition {
  const model = byId.get(id);
  if (!model) {
    if (Object.hasOwn(GONE, id)) throw retired(`${id} is gone. Use ${GONE[id]}.`);
    throw UnknownModel({
      detail: `There is no model "${id.slice(0, 100)}". GET /api/ai/models lists them.`,
      errors: [{ pointer: '/model', code: 'unknown_model', message: 'is not in the catalogue' }],
    });
  }
  assertNotRetired(model, now);
  return model;
}

/**
 * The model of a job that was accepted once, retired or not.
 * @throws UnknownModel
 */
export function findModelEver(id: string): ModelDefinition {
  return findModel(id, new Date(0));
}

/** Whether the day of its retirement (UTC) has come. */
export function isRetired({ retirement }: ModelDefinition, now: Date): boolean {
  return retirement !== undefined && retirement.date <= now.toISOString().slice(0, 10);
}

/** @throws ModelRetired from the day of its retirement (UTC) on, naming the successor */
export function assertNotRetired(model: ModelDefinition, now: Date): void {
  if (model.retirement && isRetired(model, now)) {
    throw retired(`${model.id} was retired on ${model.retirement.date}. Use ${model.retirement.successor}.`);
  }
}

/** Under a test key the sandbox plays the models of other providers, from the words alone: it opens no files for them. */
export function isPlayed({ provider }: ModelDefinition, testMode: boolean): boolean {
  return testMode && provider !== 'sandbox';
}

function retired(detail: string): Error {
  return ModelRetired({ detail, errors: [{ pointer: '/model', code: 'model_retired', message: 'was retired' }] });
}

/** Whether a name is, or once was, that of a model. */
export function isModelId(id: string): boolean {
  return byId.has(id) || Object.hasOwn(GONE, id);
}

/**
 * Checks an input against the model's schema and fills the defaults in.
 * @param testMode the sandbox will play the model, and may be asked to behave badly (`simulate`)
 * @throws InvalidRequest with every fault at its JSON pointer
 */
export function parseInput(model: ModelDefinition, input: unknown, testMode = false): Record<string, unknown> {
  const schema = isPlayed(model, testMode) ? model.input.extend({ simulate }) : model.input;
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw InvalidRequest({
    detail: `The input does not fit ${model.id}.`,
    errors: parsed.error.issues.flatMap((issue) => toFieldErrors(issue, ['', 'input'])),
  });
}

/**
 * The JSON Schema (2020-12) of a model's input, as callers send it. Where it refers to a file, `x-media` says of what
 * kind, `x-mime-types` and `x-max-bytes` what is taken, and `x-mask-of` over which field's picture a mask lies.
 */
export function inputSchema(model: ModelDefinition): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(model.input, { io: 'input' });
  for (const [field, type] of Object.entries(model.inputFiles ?? {})) {
    const { maxBytes, mimeTypes } = limitsOf(type, model.fileLimits?.[field]);
    const picture = model.masks?.[field];
    Object.assign(referenceSchema(schema, field), {
      'x-mime-types': mimeTypes,
      'x-max-bytes': maxBytes,
      ...(picture !== undefined && { 'x-mask-of': picture }),
    });
  }
  return schema;
}

/** The schema of one reference in a field that holds one, or several. */
function referenceSchema({ properties }: z.core.JSONSchema.BaseSchema, field: string): z.core.JSONSchema.BaseSchema {
  const property = properties?.[field];
  if (typeof property !== 'object') throw new Error(`The input has no field ${field}`);
  return typeof property.items === 'object' && !Array.isArray(property.items) ? property.items : property;
}
