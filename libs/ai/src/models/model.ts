import { z } from 'zod';
import type { PriceUnit, Quantities } from '#billing';
import type { InputFileFields, InputFileLimits } from '../inputs/input-file-limits.js';
import type { MediaType } from '../providers/provider.js';

/** What can be asked of a model. */
export const ABILITIES = [
  'image-generation',
  'image-edit',
  'image-upscale',
  'image-expansion',
  'background-removal',
  'video-generation',
  'image-to-video',
  'speech',
  'sound-effect',
  'music',
  'sound',
  'transcription',
] as const;
export type Ability = (typeof ABILITIES)[number];

/** What a request will consume at most: which price row applies, and how many units of each component. */
export interface PriceQuestion {
  dimensions: Record<string, string>;
  maximum: Quantities;
  /** The text whose tokens the provider bills, as the component `input_text`; see `usage.ts`. */
  tokensOf?: string;
}

/** Pixels, upright. */
export interface PictureSize {
  width: number;
  height: number;
}

/** Names of dimensions with their values, e.g. `{ quality: ['low', 'high'] }`. */
export type PriceDimensions = Readonly<Record<string, readonly string[]>>;

/** A model of the catalogue. `input` is the one source of validation, the JSON Schema, the forms and the docs. */
export interface ModelDefinition<Input extends z.ZodObject = z.ZodObject> {
  /** `<provider>/<model>`; prices are kept under it. */
  id: string;
  name: string;
  description: string;
  type: MediaType;
  /** What it is mainly for; decides how its provider is asked. */
  ability: Ability;
  /** What else it does, depending on the input. */
  furtherAbilities?: readonly Ability[];
  provider: string;
  /** The model's name at the provider, or its route there. */
  providerModel: string;
  input: Input;
  /** The fields of the input that refer to files (`fileReference`), with the kind of file that each takes. */
  inputFiles?: InputFileFields;
  /** What such a file has to be, where that is narrower than for all (`input-file-limits.ts`), by field. */
  fileLimits?: Readonly<Record<string, InputFileLimits>>;
  /**
   * Fields for a mask, with the field of the picture (the first of several) that it lies over: a PNG of its size as it
   * is seen. Their providers take files and not addresses: both are sent upright.
   */
  masks?: Readonly<Record<string, string>>;
  /** How large a result in `output_format` becomes, from the size of the first picture of `image`. */
  resultSize?: (input: z.output<Input>, picture: PictureSize) => PictureSize;
  /** The provider fetches files itself, and takes nothing but addresses. */
  needsAddresses?: boolean;
  /** The longest sound or video that the request pays for, milliseconds; a longer one is refused. */
  longestFileMs?: (input: z.output<Input>) => number;
  /** The input that pays for its sound or video of this length, and for no more. */
  fitTo?: (input: z.output<Input>, durationMs: number) => z.output<Input>;
  /** A transcript says in which language it is, and when each word was said. */
  tellsWordTimes?: boolean;
  /** What is charged for, with its unit. Without a line in force for each, the model is not sold. */
  charges: Readonly<Record<string, PriceUnit>>;
  /** What a price may depend on, with every value that a request can have; absent: on nothing. */
  priceDimensions?: PriceDimensions;
  /** How the request is priced, from its checked input: components of `charges`, dimensions of `priceDimensions`. */
  price: (input: z.output<Input>) => PriceQuestion;
  /**
   * How the units of `output` are counted at the end: `files`, the megapixels of each (rounded up), or as many as were
   * asked for (`asked`, the default).
   */
  counts?: 'files' | 'megapixels' | 'asked';
  /** The typical time from start to file, for progress and polling. */
  expectedMs: number;
  /** ISO date of the day (UTC) on which it came into the catalogue; absent: on the catalogue's first. */
  listedOn?: string;
  /** ISO date from which the model is refused, and what to use instead. */
  retirement?: { date: string; successor: string };
}

const CATALOGUE_BEGAN = '2026-11-22';

/** When the model came into the catalogue. */
export function listedAt({ listedOn = CATALOGUE_BEGAN }: ModelDefinition): Date {
  return new Date(listedOn);
}

/** All it can be asked for, the main one first. */
export function abilitiesOf({ ability, furtherAbilities = [] }: ModelDefinition): Ability[] {
  return [ability, ...furtherAbilities];
}

/** Keeps the input's type inside of the definition. */
export function defineModel<Input extends z.ZodObject>(definition: ModelDefinition<Input>): ModelDefinition {
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
