import { z } from 'zod';
import { fileReference } from './file-reference.js';
import { defineModel, type ModelDefinition, prompt, seed } from './model.js';

/**
 * Sizes by name with their megapixels. fal's model pages say "billed by rounding up to the nearest megapixel", which is
 * taken as a million pixels: `square_hd`, 1024 x 1024, counts as two. So it is held for more than the same model by the
 * picture elsewhere.
 */
const SIZES = {
  square_hd: 2n,
  square: 1n,
  portrait_4_3: 1n,
  portrait_16_9: 1n,
  landscape_4_3: 1n,
  landscape_16_9: 1n,
} as const;

function flux(providerModel: string, name: string, description: string, expectedMs: number): ModelDefinition {
  return defineModel({
    id: `fal/${providerModel}`,
    name,
    description,
    type: 'image',
    ability: 'image-generation',
    provider: 'fal',
    providerModel,
    input: z.strictObject({
      prompt: prompt(10_000),
      image_size: z
        .enum(['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9'])
        .default('landscape_4_3'),
      num_images: z.int().min(1).max(4).default(1).describe('How many images'),
      output_format: z.enum(['jpeg', 'png']).default('jpeg'),
      seed,
    }),
    charges: { output: 'megapixel' },
    price: ({ image_size: size, num_images: count }) => ({
      dimensions: {},
      maximum: { output: SIZES[size] * BigInt(count) },
    }),
    counts: 'megapixels',
    expectedMs,
  });
}

export const falModels = [
  flux('fal-ai/flux/schnell', 'FLUX Schnell (fal)', 'Pictures within a second or two.', 2000),
  flux('fal-ai/flux/dev', 'FLUX Dev (fal)', 'Detailed pictures by the open model.', 5000),
  defineModel({
    id: 'fal/fal-ai/flux-2-pro',
    name: 'FLUX.2 Pro (fal)',
    description: 'Photographic pictures with legible text.',
    type: 'image',
    ability: 'image-generation',
    provider: 'fal',
    providerModel: 'fal-ai/flux-2-pro',
    input: z.strictObject({
      prompt: prompt(10_000),
      image_size: z
        .enum(['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9'])
        .default('landscape_4_3'),
      output_format: z.enum(['jpeg', 'png']).default('jpeg'),
      safety_tolerance: z.enum(['1', '2', '3', '4', '5']).optional().describe('1: strict, 5: permissive'),
      seed,
    }),
    charges: { output: 'megapixel' },
    price: ({ image_size: size }) => ({ dimensions: {}, maximum: { output: SIZES[size] } }),
    counts: 'megapixels',
    expectedMs: 10_000,
  }),
  defineModel({
    id: 'fal/fal-ai/kling-video/v3/pro/image-to-video',
    name: 'Kling 3 Pro (fal)',
    description: 'Sets a picture in motion.',
    type: 'video',
    ability: 'image-to-video',
    provider: 'fal',
    providerModel: 'fal-ai/kling-video/v3/pro/image-to-video',
    input: z.strictObject({
      prompt: prompt(2500, 'What happens, in your own words'),
      start_image_url: fileReference('The first picture of the film'),
      duration: z
        .enum(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'])
        .default('5')
        .describe('Seconds'),
      negative_prompt: z.string().max(2500).optional().describe('What should not be seen'),
    }),
    inputFiles: { start_image_url: 'image' },
    charges: { output: 'second' },
    price: ({ duration }) => ({ dimensions: {}, maximum: { output: BigInt(duration) } }),
    expectedMs: 120_000,
  }),
];
