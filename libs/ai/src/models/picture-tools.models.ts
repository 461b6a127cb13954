import { z } from 'zod';
import type { InputFileLimits } from '../inputs/input-file-limits.js';
import { fileReference } from './file-reference.js';
import { type Ability, defineModel, type ModelDefinition } from './model.js';

interface PictureTool {
  provider: 'fal' | 'replicate';
  providerModel: string;
  name: string;
  description: string;
  ability: Ability;
  expectedMs: number;
  /** What the provider calls the picture. */
  pictureField: 'image' | 'image_url';
  limits?: InputFileLimits;
}

/** Works on one picture, and is sold by the picture that comes out. */
function pictureTool(
  { provider, providerModel, pictureField, limits, ...shown }: PictureTool,
  parameters: z.ZodRawShape = {},
): ModelDefinition {
  return defineModel({
    ...shown,
    id: `${provider}/${providerModel}`,
    type: 'image',
    provider,
    providerModel,
    input: z.strictObject({ [pictureField]: fileReference('The picture to work on'), ...parameters }),
    inputFiles: { [pictureField]: 'image' },
    ...(limits && { fileLimits: { [pictureField]: limits } }),
    charges: { output: 'image' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    counts: 'files',
    listedOn: '2026-11-23',
  });
}

/**
 * What Recraft's tools take, whoever sells them: recraft.ai/docs/api-reference/tools/upscale and /remove-background; the
 * shortest side for the latter as kie.ai/recraft-remove-background tells it.
 */
const recraftLimits = (shortestSide: number): InputFileLimits => ({
  maxBytes: 10_000_000,
  maxPixels: 16_000_000,
  sides: [shortestSide, 4096],
});
const UPSCALE_LIMITS = recraftLimits(32);

/** What enlarges, cuts out and continues pictures at a flat price. */
export const pictureTools: readonly ModelDefinition[] = [
  pictureTool({
    provider: 'replicate',
    providerModel: 'recraft-ai/recraft-crisp-upscale',
    name: 'Recraft Crisp Upscale',
    description: 'Enlarges a picture and makes it sharper and cleaner, without inventing anything.',
    ability: 'image-upscale',
    expectedMs: 10_000,
    pictureField: 'image',
    limits: UPSCALE_LIMITS,
  }),
  pictureTool({
    provider: 'replicate',
    providerModel: 'recraft-ai/recraft-remove-background',
    name: 'Recraft Background Removal',
    description: 'Cuts the subject out of a picture, down to hair and fur.',
    ability: 'background-removal',
    expectedMs: 6000,
    pictureField: 'image',
    limits: recraftLimits(256),
  }),
  pictureTool({
    provider: 'fal',
    providerModel: 'fal-ai/recraft/upscale/crisp',
    name: 'Recraft Crisp Upscale (fal)',
    description: 'Enlarges a PNG and makes it sharper and cleaner, without inventing anything.',
    ability: 'image-upscale',
    expectedMs: 10_000,
    pictureField: 'image_url',
    // fal asks for this format, though Recraft takes others as well.
    limits: { ...UPSCALE_LIMITS, mimeTypes: ['image/png'] },
  }),
  pictureTool({
    provider: 'fal',
    providerModel: 'fal-ai/bria/background/remove',
    name: 'Bria Background Removal (fal)',
    description: 'Cuts the subject out of a picture; trained on licensed pictures only.',
    ability: 'background-removal',
    expectedMs: 5000,
    pictureField: 'image_url',
  }),
  pictureTool(
    {
      provider: 'fal',
      providerModel: 'bria/fibo-edit-1.5/expand',
      name: 'Bria Expand (fal)',
      description: 'Continues a picture beyond its edges up to another shape; trained on licensed pictures only.',
      ability: 'image-expansion',
      expectedMs: 20_000,
      pictureField: 'image_url',
    },
    {
      prompt: z.string().trim().max(2000).optional().describe('What is beyond the edges, in English'),
      aspect_ratio: z
        .enum(['16:9', '1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16'])
        .default('16:9')
        .describe('Width : height of the result'),
      seed: z.int().min(0).max(2_147_483_647).optional(),
    },
  ),
];
