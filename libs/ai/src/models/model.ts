import { z } from 'zod';
import type { Quantities } from '#billing';
import type { MediaType } from '../providers/provider.js';

/** What a request will consume at most: which price row applies, and how many units of each component. */
export interface PriceQuestion {
  dimensions: Record<string, string>;
  maximum: Quantities;
}

/** A model of the catalogue. `input` is the one source of validation, the JSON Schema, the forms and the docs. */
export interface ModelDefinition<Input extends z.ZodType = z.ZodType> {
  /** `<provider>/<model>`; prices are kept under it. */
  id: string;
  name: string;
  description: string;
  type: MediaType;
  ability: 'image-generation' | 'video-generation' | 'speech' | 'sound';
  provider: string;
  /** The model's name at the provider. */
  providerModel: string;
  input: Input;
  /** How the request is priced, from its checked input. */
  price: (input: z.output<Input>) => PriceQuestion;
  /** The typical time from start to file, for progress and polling. */
  expectedMs: number;
  /** ISO date from which the model is refused, and what to use instead. */
  retirement?: { date: string; successor: string };
}

/** Keeps the input's type inside of the definition. */
export function defineModel<Input extends z.ZodType>(definition: ModelDefinition<Input>): ModelDefinition {
  return definition;
}

/** A prompt that says something: trimmed, not empty, of at most `max` characters. */
export function prompt(max: number, description = 'What to make, in your own words'): z.ZodString {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .describe(description);
}

export const seed = z
  .int()
  .min(0)
  .max(4_294_967_295)
  .optional()
  .describe('The same seed and input give the same result; chosen at random when absent');
