import { z } from 'zod';
import { fileReference } from './file-reference.js';
import { countCharacters } from '../inputs/input-text.js';
import { elevenLabsVoice } from './elevenlabs-voice.js';
import { type Ability, defineModel, type ModelDefinition, prompt, seed } from './model.js';

/*
 * The list prices known of these are in EUR, of 2024 and 2025, and second-hand, and no rate of exchange comes with them: none
 * is in force. A model is shown, and refused as having no price, until an operator enters one (`POST /api/admin/prices`).
 */

interface Route {
  /** Below `/v1/ai/`. */
  route: string;
  name: string;
  description: string;
  expectedMs: number;
}

function freepik({ route, ...shown }: Route) {
  return { ...shown, id: `freepik/${route}`, provider: 'freepik', providerModel: route } as const;
}

/** Sold by the picture, at the same price whatever it is unless `more` says what the price depends on. */
function picture(
  route: Route,
  ability: Ability,
  parameters: z.ZodRawShape,
  more: Partial<ModelDefinition> = {},
): ModelDefinition {
  return defineModel({
    ...freepik(route),
    type: 'image',
    ability,
    input: z.strictObject(parameters),
    charges: { output: 'image' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    counts: 'files',
    ...more,
  });
}

/** One picture, whose price may depend on one parameter. */
function pricedBy(parameter: string, values: readonly string[]): Pick<ModelDefinition, 'price' | 'priceDimensions'> {
  return {
    priceDimensions: { [parameter]: values },
    price: (input) => ({
      dimensions: { [parameter]: String(input[parameter]) },
      maximum: { output: 1n },
    }),
  };
}

const RATIOS = [
  'square_1_1',
  'widescreen_16_9',
  'social_story_9_16',
  'portrait_2_3',
  'traditional_3_4',
  'standard_3_2',
  'classic_4_3',
] as const;
/** 2 to 16 times. */
const SCALES = Array.from({ length: 15 }, (_, index) => String(index + 2));
const picturesSide = z.int().min(256).max(1440).multipleOf(16);

const pictures: ModelDefinition[] = [
  picture(
    { route: 'mystic', name: 'Mystic', description: 'Photographic pictures up to 4K.', expectedMs: 30_000 },
    'image-generation',
    {
      prompt: prompt(5000),
      resolution: z.enum(['1k', '2k', '4k']).default('2k'),
      aspect_ratio: z.enum(RATIOS).default('square_1_1').describe('Width : height'),
      model: z.enum(['realism', 'fluid', 'zen', 'flexible', 'super_real', 'editorial_portraits']).default('realism'),
      structure_reference: fileReference('A picture whose composition to keep').optional(),
      style_reference: fileReference('A picture whose style to take').optional(),
    },
    {
      inputFiles: { structure_reference: 'image', style_reference: 'image' },
      ...pricedBy('resolution', ['1k', '2k', '4k']),
    },
  ),
  picture(
    {
      route: 'text-to-image/flux-2-pro',
      name: 'FLUX.2 Pro (Magnific)',
      description: 'Photographic pictures with legible text; edits the picture it is given.',
      expectedMs: 15_000,
    },
    'image-generation',
    {
      prompt: prompt(5000),
      width: picturesSide.default(1024).describe('Pixels'),
      height: picturesSide.default(768).describe('Pixels'),
      input_image: fileReference('A picture to edit').optional(),
      seed,
    },
    { inputFiles: { input_image: 'image' }, furtherAbilities: ['image-edit'] },
  ),
  picture(
    {
      route: 'text-to-image/seedream-v4-5',
      name: 'Seedream 4.5 (Magnific)',
      description: 'Pictures with fine light and text.',
      expectedMs: 20_000,
    },
    'image-generation',
    { prompt: prompt(4096), aspect_ratio: z.enum(RATIOS).default('square_1_1').describe('Width : height'), seed },
  ),
  picture(
    {
      route: 'text-to-image/nano-banana-pro',
      name: 'Nano Banana Pro (Magnific)',
      description: 'Pictures up to 4K that keep to their references.',
      expectedMs: 25_000,
    },
    'image-generation',
    {
      prompt: prompt(3000),
      aspect_ratio: z
        .enum(['1:1', '2:3', '3:2', '4:3', '3:4', '5:4', '4:5', '16:9', '9:16', '21:9'])
        .default('1:1')
        .describe('Width : height'),
      resolution: z.enum(['1K', '2K', '4K']).default('2K'),
    },
    pricedBy('resolution', ['1K', '2K', '4K']),
  ),
  picture(
    {
      route: 'image-upscaler',
      name: 'Magnific Upscaler',
      description: 'Enlarges a picture and invents the missing detail.',
      expectedMs: 60_000,
    },
    'image-upscale',
    {
      image: fileReference('The picture to enlarge'),
      scale_factor: z.enum(['2x', '4x', '8x', '16x']).default('2x'),
      prompt: z.string().max(2000).optional().describe('What the picture shows'),
      creativity: z.int().min(-10).max(10).default(0),
    },
    { inputFiles: { image: 'image' }, ...pricedBy('scale_factor', ['2x', '4x', '8x', '16x']) },
  ),
  picture(
    {
      route: 'image-upscaler-precision-v2',
      name: 'Magnific Precision Upscaler',
      description: 'Enlarges a picture without inventing anything.',
      expectedMs: 60_000,
    },
    'image-upscale',
    {
      image: fileReference('The picture to enlarge'),
      scale_factor: z.int().min(2).max(16).default(2),
      flavor: z.enum(['sublime', 'photo', 'photo_denoiser']).optional(),
    },
    { inputFiles: { image: 'image' }, ...pricedBy('scale_factor', SCALES) },
  ),
  picture(
    {
      route: 'image-expand/flux-pro',
      name: 'FLUX Expand (Magnific)',
      description: 'Continues a picture beyond its edges.',
      expectedMs: 20_000,
    },
    'image-expansion',
    {
      image: fileReference('The picture to continue'),
      prompt: z.string().max(2000).optional().describe('What is beyond the edges'),
      left: z.int().min(0).max(2048).default(0).describe('Pixels'),
      right: z.int().min(0).max(2048).default(0).describe('Pixels'),
      top: z.int().min(0).max(2048).default(0).describe('Pixels'),
      bottom: z.int().min(0).max(2048).default(0).describe('Pixels'),
    },
    { inputFiles: { image: 'image' } },
  ),
  picture(
    {
      route: 'beta/remove-background',
      name: 'Background Remover (Magnific)',
      description: 'Cuts the subject out of a picture.',
      expectedMs: 5000,
    },
    'background-removal',
    { image_url: fileReference('The picture') },
    { inputFiles: { image_url: 'image' }, needsAddresses: true },
  ),
];

const films: ModelDefinition[] = [
  defineModel({
    ...freepik({
      route: 'video/kling-v3-pro',
      name: 'Kling 3 Pro (Magnific)',
      description: 'Films with sound, from a text or a first picture.',
      expectedMs: 120_000,
    }),
    type: 'video',
    ability: 'video-generation',
    furtherAbilities: ['image-to-video'],
    input: z.strictObject({
      prompt: prompt(2500, 'What happens, in your own words'),
      start_image_url: fileReference('The first picture of the film').optional(),
      duration: z.enum(['3', '5', '8', '10', '15']).default('5').describe('Seconds'),
      aspect_ratio: z.enum(['16:9', '9:16', '1:1']).default('16:9').describe('Width : height'),
      generate_audio: z.boolean().default(true),
    }),
    inputFiles: { start_image_url: 'image' },
    charges: { output: 'second' },
    priceDimensions: { audio: ['on', 'off'] },
    price: ({ duration, generate_audio: audio }) => ({
      dimensions: { audio: audio ? 'on' : 'off' },
      maximum: { output: BigInt(duration) },
    }),
  }),
  defineModel({
    ...freepik({
      route: 'image-to-video/kling-v2-6-pro',
      name: 'Kling 2.6 Pro (Magnific)',
      description: 'Sets a picture in motion.',
      expectedMs: 120_000,
    }),
    type: 'video',
    ability: 'image-to-video',
    input: z.strictObject({
      prompt: prompt(2500, 'What happens, in your own words'),
      image: fileReference('The first picture of the film'),
      duration: z.enum(['5', '10']).default('5').describe('Seconds'),
    }),
    inputFiles: { image: 'image' },
    charges: { output: 'second' },
    price: ({ duration }) => ({ dimensions: {}, maximum: { output: BigInt(duration) } }),
  }),
  defineModel({
    ...freepik({
      route: 'text-to-video/veo-3-1-fast',
      name: 'Veo 3.1 Fast (Magnific)',
      description: "Google's films with sound, fast.",
      expectedMs: 90_000,
    }),
    type: 'video',
    ability: 'video-generation',
    input: z.strictObject({
      prompt: prompt(20_000, 'What happens, in your own words'),
      duration: z.literal([4, 6, 8]).default(8).describe('Seconds'),
      resolution: z.enum(['720p', '1080p', '4k']).default('720p').describe('Lines'),
      aspect_ratio: z.enum(['16:9', '9:16']).default('16:9').describe('Width : height'),
      generate_audio: z.boolean().default(true),
      seed,
    }),
    charges: { output: 'second' },
    priceDimensions: { resolution: ['720p', '1080p', '4k'], audio: ['on', 'off'] },
    price: ({ duration, resolution, generate_audio: audio }) => ({
      dimensions: { resolution, audio: audio ? 'on' : 'off' },
      maximum: { output: BigInt(duration) },
    }),
  }),
];

const sounds: ModelDefinition[] = [
  defineModel({
    ...freepik({
      route: 'sound-effects',
      name: 'Sound Effects (Magnific)',
      description: 'Noises and ambiences from a description.',
      expectedMs: 10_000,
    }),
    type: 'audio',
    ability: 'sound-effect',
    input: z.strictObject({
      text: prompt(2500, 'What it should sound like'),
      duration_seconds: z.number().min(0.5).max(22).default(5).describe('Seconds'),
      loop: z.boolean().optional().describe('Ends where it began'),
      prompt_influence: z.number().min(0).max(1).optional().describe('How closely to follow the text'),
    }),
    charges: { output: 'generation' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
  }),
  defineModel({
    ...freepik({
      route: 'music-generation',
      name: 'Music (Magnific)',
      description: 'Songs and instrumentals from a description.',
      expectedMs: 30_000,
    }),
    type: 'audio',
    ability: 'music',
    input: z.strictObject({
      prompt: prompt(2500, 'Style, mood, instruments'),
      music_length_seconds: z.int().min(10).max(240).default(30).describe('Seconds'),
    }),
    charges: { output: 'second' },
    price: (input) => ({ dimensions: {}, maximum: { output: BigInt(input.music_length_seconds) } }),
  }),
  defineModel({
    ...freepik({
      route: 'voiceover/elevenlabs-turbo-v2-5',
      name: 'Voiceover Turbo 2.5 (Magnific)',
      description: "ElevenLabs' fast voices by way of Magnific.",
      expectedMs: 8000,
    }),
    type: 'audio',
    ability: 'speech',
    input: z.strictObject({
      text: prompt(40_000, 'The text to speak'),
      voice_id: elevenLabsVoice,
      stability: z.number().min(0).max(1).optional().describe('Low: emotional; high: even'),
      speed: z.number().min(0.7).max(1.2).optional(),
    }),
    charges: { output: 'character' },
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.text) } }),
  }),
];

export const freepikModels = [...pictures, ...films, ...sounds];
