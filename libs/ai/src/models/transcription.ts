import { z } from 'zod';
import { fileReference } from './file-reference.js';
import { defineModel, type ModelDefinition } from './model.js';

const MINUTE_MS = 60_000;
/** Files are held in memory while they are sent, and compressed speech of this length fits. */
const MAX_MINUTES = 240;

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
        .default(10)
        .describe('The most that is held and paid for; a longer recording is refused'),
      ...parameters,
    }),
    inputFiles: { audio: 'audio' },
    longestFileMs: (input) => input.max_minutes * MINUTE_MS,
    charges: { input: 'minute' },
    price: (input) => ({ dimensions: {}, maximum: { input: BigInt(input.max_minutes) } }),
    expectedMs: 10_000,
  });
}
