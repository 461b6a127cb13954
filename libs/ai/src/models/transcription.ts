import { z } from 'zod';
import { fileReference } from './file-reference.js';
import { defineModel, type ModelDefinition } from './model.js';

const MINUTE_MS = 60_000;
/** Files are held in memory while they are sent, and compressed speech of this length fits. */
const MAX_MINUTES = 240;
/** Of a recording whose length is not known before it was fetched. */
const DEFAULT_MINUTES = 10;

/** A model that turns speech into text; sold by the minute of sound, begun minutes counting as whole ones. */
export function transcriptionModel(
  model: Pick<ModelDefinition, 'provider' | 'providerModel' | 'name' | 'description' | 'tellsWordTimes'>,
  parameters: Record<string, z.ZodType>,
): ModelDefinition {
  return defineModel({
    ...model,
    id: `${model.provider}/${model.providerModel}`,
    type: 'audio',
    ability: 'transcription',
    input: z.strictObject({
      audio: fileReference('The recording: MP3, WAV, FLAC, Ogg, WebM or M4A of at most 25 MB', 'audio'),
      max_minutes: z
        .int()
        .min(1)
        .max(MAX_MINUTES)
        .optional()
        .describe(
          `The most that is held and paid for; a longer recording is refused. Of an asset the length is known, and no more than that is held; of an address ${DEFAULT_MINUTES}, unless you say otherwise`,
        ),
      ...parameters,
    }),
    inputFiles: { audio: 'audio' },
    longestFileMs: (input) => minutesOf(input) * MINUTE_MS,
    fitTo: (input, durationMs) => ({
      ...input,
      max_minutes: Math.min(input.max_minutes ?? MAX_MINUTES, Math.max(1, Math.ceil(durationMs / MINUTE_MS))),
    }),
    charges: { input: 'minute' },
    price: (input) => ({ dimensions: {}, maximum: { input: BigInt(minutesOf(input)) } }),
    expectedMs: 10_000,
  });
}

function minutesOf({ max_minutes: minutes = DEFAULT_MINUTES }: { max_minutes?: number }): number {
  return minutes;
}
