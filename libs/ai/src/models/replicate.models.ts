import { z } from 'zod';
import { fileReference, fileReferences } from './file-reference.js';
import { defineModel, type ModelDefinition, prompt, seed } from './model.js';

interface Named {
  providerModel: string;
  name: string;
  description: string;
  expectedMs: number;
}

const common = ({ providerModel, ...named }: Named) => ({
  ...named,
  id: `replicate/${providerModel}`,
  provider: 'replicate',
  providerModel,
});

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9'] as const;
const aspectRatio = z.enum(RATIOS).default('1:1').describe('Width : height');
const outputFormat = z.enum(['webp', 'jpg', 'png']).default('webp');
const safetyTolerance = z.int().min(1).max(6).optional().describe('1: strict, 6: permissive');

/** Sold by the picture, one for each request. */
function perImage(named: Named, parameters: z.ZodRawShape, more: Partial<ModelDefinition> = {}): ModelDefinition {
  return defineModel({
    ...common(named),
    type: 'image',
    ability: 'image-generation',
    input: z.strictObject({ prompt: prompt(10_000), ...parameters }),
    charges: { output: 'image' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    counts: 'files',
    ...more,
  });
}

/** The open FLUX models, several pictures at once. */
function openFlux(named: Named, steps: number): ModelDefinition {
  const input = z.strictObject({
    prompt: prompt(10_000),
    aspect_ratio: aspectRatio,
    num_outputs: z.int().min(1).max(4).default(1).describe('How many images'),
    num_inference_steps: z.int().min(1).max(steps).optional().describe('More: finer and slower'),
    output_format: outputFormat,
    seed,
  });
  return defineModel({
    ...common(named),
    type: 'image',
    ability: 'image-generation',
    input,
    charges: { output: 'image' },
    price: ({ num_outputs: count }) => ({ dimensions: {}, maximum: { output: BigInt(count) } }),
    counts: 'files',
  });
}

const RESOLUTIONS = { '0.5 MP': 1n, '1 MP': 1n, '2 MP': 2n, '4 MP': 4n } as const;

/** FLUX.2, sold by the megapixel; a picture may be slightly larger than its name, so one more is held. */
function flux2(named: Named, perRun: boolean): ModelDefinition {
  return defineModel({
    ...common(named),
    type: 'image',
    ability: 'image-generation',
    input: z.strictObject({
      prompt: prompt(10_000),
      aspect_ratio: aspectRatio,
      resolution: z.enum(['0.5 MP', '1 MP', '2 MP', '4 MP']).default('1 MP').describe('Megapixels'),
      output_format: outputFormat,
      safety_tolerance: safetyTolerance,
      seed,
    }),
    charges: { output: 'megapixel', input: 'megapixel', ...(perRun && { run: 'run' }) },
    price: ({ resolution }) => ({
      dimensions: {},
      maximum: { output: RESOLUTIONS[resolution] + 1n, input: 0n, ...(perRun && { run: 1n }) },
    }),
    counts: 'megapixels',
  });
}

/** Seedream paints, and edits what it is shown. */
function seedream(named: Named): ModelDefinition {
  return perImage(
    named,
    {
      image_input: fileReferences(10, 'Pictures to edit or to combine'),
      size: z.enum(['2K', '4K']).default('2K'),
      aspect_ratio: aspectRatio,
    },
    { inputFiles: { image_input: 'image' }, furtherAbilities: ['image-edit'] },
  );
}

function imagen(named: Named): ModelDefinition {
  return perImage(named, {
    aspect_ratio: z.enum(['1:1', '9:16', '16:9', '3:4', '4:3']).default('1:1').describe('Width : height'),
    output_format: z.enum(['jpg', 'png']).default('jpg'),
    safety_filter_level: z.enum(['block_low_and_above', 'block_medium_and_above', 'block_only_high']).optional(),
  });
}

function ideogram(named: Named): ModelDefinition {
  return perImage(named, { aspect_ratio: aspectRatio, seed: z.int().min(0).max(2_147_483_647).optional() });
}

const pictures: ModelDefinition[] = [
  openFlux(
    {
      providerModel: 'black-forest-labs/flux-schnell',
      name: 'FLUX Schnell',
      description: 'Pictures within a second or two, for trying ideas out.',
      expectedMs: 2000,
    },
    4,
  ),
  openFlux(
    {
      providerModel: 'black-forest-labs/flux-dev',
      name: 'FLUX Dev',
      description: 'Detailed pictures by the open 12-billion-parameter model.',
      expectedMs: 6000,
    },
    50,
  ),
  perImage(
    {
      providerModel: 'black-forest-labs/flux-1.1-pro',
      name: 'FLUX 1.1 Pro',
      description: 'Fast, detailed pictures that follow the prompt.',
      expectedMs: 6000,
    },
    { aspect_ratio: aspectRatio, output_format: outputFormat, safety_tolerance: safetyTolerance, seed },
  ),
  perImage(
    {
      providerModel: 'black-forest-labs/flux-1.1-pro-ultra',
      name: 'FLUX 1.1 Pro Ultra',
      description: 'Pictures of up to four megapixels, also with a raw, photographic look.',
      expectedMs: 12_000,
    },
    {
      aspect_ratio: aspectRatio,
      raw: z.boolean().optional().describe('Less processed, more like a photograph'),
      output_format: z.enum(['jpg', 'png']).default('jpg'),
      safety_tolerance: safetyTolerance,
      seed,
    },
  ),
  perImage(
    {
      providerModel: 'black-forest-labs/flux-kontext-pro',
      name: 'FLUX Kontext Pro',
      description: 'Edits a picture as told, keeping everything else.',
      expectedMs: 8000,
    },
    {
      input_image: fileReference('The picture to edit'),
      aspect_ratio: z
        .enum(['match_input_image', ...RATIOS])
        .default('match_input_image')
        .describe('Width : height'),
      output_format: z.enum(['jpg', 'png']).default('jpg'),
      safety_tolerance: z.int().min(0).max(6).optional(),
      seed,
    },
    { ability: 'image-edit', inputFiles: { input_image: 'image' } },
  ),
  flux2(
    {
      providerModel: 'black-forest-labs/flux-2-pro',
      name: 'FLUX.2 Pro',
      description: 'Photographic pictures with legible text.',
      expectedMs: 10_000,
    },
    true,
  ),
  flux2(
    {
      providerModel: 'black-forest-labs/flux-2-max',
      name: 'FLUX.2 Max',
      description: 'The finest of the FLUX.2 family.',
      expectedMs: 15_000,
    },
    true,
  ),
  flux2(
    {
      providerModel: 'black-forest-labs/flux-2-flex',
      name: 'FLUX.2 Flex',
      description: 'FLUX.2 with the best typography.',
      expectedMs: 20_000,
    },
    false,
  ),
  seedream({
    providerModel: 'bytedance/seedream-4',
    name: 'Seedream 4',
    description: 'Pictures up to 4K; also edits and combines pictures.',
    expectedMs: 15_000,
  }),
  seedream({
    providerModel: 'bytedance/seedream-4.5',
    name: 'Seedream 4.5',
    description: 'Seedream 4 with finer light and better text.',
    expectedMs: 20_000,
  }),
  seedream({
    providerModel: 'bytedance/seedream-5-lite',
    name: 'Seedream 5 Lite',
    description: 'The small one of the fifth Seedream generation.',
    expectedMs: 15_000,
  }),
  imagen({
    providerModel: 'google/imagen-4',
    name: 'Imagen 4',
    description: "Google's picture model: fine detail and clear text.",
    expectedMs: 10_000,
  }),
  imagen({
    providerModel: 'google/imagen-4-fast',
    name: 'Imagen 4 Fast',
    description: 'Imagen 4, faster and at half the price.',
    expectedMs: 5000,
  }),
  imagen({
    providerModel: 'google/imagen-4-ultra',
    name: 'Imagen 4 Ultra',
    description: 'Imagen 4 where quality counts more than time.',
    expectedMs: 15_000,
  }),
  ideogram({
    providerModel: 'ideogram-ai/ideogram-v4-turbo',
    name: 'Ideogram 4 Turbo',
    description: 'Posters and logos with text, fast.',
    expectedMs: 6000,
  }),
  ideogram({
    providerModel: 'ideogram-ai/ideogram-v4-balanced',
    name: 'Ideogram 4 Balanced',
    description: 'Posters and logos with text, between speed and quality.',
    expectedMs: 10_000,
  }),
  ideogram({
    providerModel: 'ideogram-ai/ideogram-v4-quality',
    name: 'Ideogram 4 Quality',
    description: 'Posters and logos with text, at their best.',
    expectedMs: 18_000,
  }),
  defineModel({
    ...common({
      providerModel: 'qwen/qwen-image',
      name: 'Qwen Image',
      description: 'Pictures with text in many scripts; edits a picture when it is given one.',
      expectedMs: 8000,
    }),
    type: 'image',
    ability: 'image-generation',
    furtherAbilities: ['image-edit'],
    input: z.strictObject({
      prompt: prompt(10_000),
      image: fileReference('A picture to edit').optional(),
      aspect_ratio: z
        .enum(['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3'])
        .default('1:1')
        .describe('Width : height'),
      output_format: outputFormat,
      seed,
    }),
    inputFiles: { image: 'image' },
    charges: { output: 'image' },
    priceDimensions: { mode: ['generate', 'edit'] },
    price: ({ image }) => ({ dimensions: { mode: image ? 'edit' : 'generate' }, maximum: { output: 1n } }),
    counts: 'files',
  }),
  defineModel({
    ...common({
      providerModel: 'openai/gpt-image-2',
      name: 'GPT Image 2 (Replicate)',
      description: 'GPT Image 2 by way of Replicate.',
      expectedMs: 30_000,
    }),
    type: 'image',
    ability: 'image-generation',
    furtherAbilities: ['image-edit'],
    input: z.strictObject({
      prompt: prompt(32_000),
      input_images: fileReferences(10, 'Pictures to edit or to combine'),
      aspect_ratio: z.enum(['1:1', '3:2', '2:3']).default('1:1').describe('Width : height'),
      quality: z.enum(['low', 'medium', 'high']).default('medium'),
      number_of_images: z.int().min(1).max(10).default(1).describe('How many images'),
      output_format: z.enum(['webp', 'jpeg', 'png']).default('webp'),
    }),
    inputFiles: { input_images: 'image' },
    charges: { output: 'image' },
    priceDimensions: { quality: ['low', 'medium', 'high'] },
    price: (input) => ({
      dimensions: { quality: input.quality },
      maximum: { output: BigInt(input.number_of_images) },
    }),
    counts: 'files',
  }),
];

interface VideoLimits {
  resolutions: readonly [string, ...string[]];
  seconds: readonly [number, number];
}

/** Films from a text or from a first picture, sold by the second. */
function film(named: Named, { resolutions, seconds: [least, most] }: VideoLimits): ModelDefinition {
  return defineModel({
    ...common(named),
    type: 'video',
    ability: 'video-generation',
    furtherAbilities: ['image-to-video'],
    input: z.strictObject({
      prompt: prompt(5000, 'What happens, in your own words'),
      image: fileReference('The first picture of the film').optional(),
      duration: z.int().min(least).max(most).default(5).describe('Seconds'),
      resolution: z.enum(resolutions).default(resolutions[0]).describe('Lines'),
      aspect_ratio: z.enum(['16:9', '9:16', '1:1', '4:3', '3:4', '21:9']).default('16:9').describe('Width : height'),
      seed,
    }),
    inputFiles: { image: 'image' },
    charges: { output: 'second' },
    priceDimensions: { resolution: resolutions, mode: ['text-to-video', 'image-to-video'] },
    price: ({ image, resolution, duration }) => ({
      dimensions: { resolution, mode: image ? 'image-to-video' : 'text-to-video' },
      maximum: { output: BigInt(duration) },
    }),
  });
}

const films: ModelDefinition[] = [
  film(
    {
      providerModel: 'bytedance/seedance-1-pro-fast',
      name: 'Seedance 1 Pro Fast',
      description: 'Films from a text or a picture, fast and cheap.',
      expectedMs: 40_000,
    },
    { resolutions: ['720p', '480p', '1080p'], seconds: [2, 12] },
  ),
  film(
    {
      providerModel: 'bytedance/seedance-2.0',
      name: 'Seedance 2',
      description: 'Films with several shots that belong together.',
      expectedMs: 90_000,
    },
    { resolutions: ['720p'], seconds: [4, 15] },
  ),
  film(
    {
      providerModel: 'bytedance/seedance-2.5',
      name: 'Seedance 2.5',
      description: 'Seedance with finer motion and detail.',
      expectedMs: 120_000,
    },
    { resolutions: ['720p', '480p'], seconds: [4, 15] },
  ),
  film(
    {
      providerModel: 'wan-video/wan-2.7',
      name: 'Wan 2.7',
      description: 'Films from a text or a picture by the open Wan model.',
      expectedMs: 90_000,
    },
    { resolutions: ['720p', '1080p'], seconds: [2, 15] },
  ),
];

export const replicateModels = [...pictures, ...films];
