import { z } from 'zod';
import { countCharacters } from '../inputs/input-text.js';
import { largestGivenPixels } from '../providers/sandbox/index.js';
import { fileReference } from './file-reference.js';
import { defineModel, prompt, seed } from './model.js';
import { simulate } from './simulation.js';
import { transcriptionModel } from './transcription.js';

const IMAGE_SIZES = ['1024x1024', '1536x1024', '1024x1536', '1080x1350', '1080x1920', '1920x1080'] as const;
const VIDEO_SIZES = ['640x360', '360x640', '480x480'] as const;

const pictureFormat = z.enum(['png', 'webp', 'jpeg']).default('png');
const margin = z.int().min(0).max(1024);
/** What the sandbox works on; enlarged four times it still is a picture that a browser shows. */
const given = { maxPixels: largestGivenPixels };
const enlarged = { maxPixels: 1536 * 1536 };

export const sandboxModels = [
  defineModel({
    id: 'sandbox/image',
    name: 'Sandbox Image',
    description: 'Draws a composition from the prompt and seed, without any provider. For trying things out and tests.',
    type: 'image',
    ability: 'image-generation',
    provider: 'sandbox',
    providerModel: 'image',
    input: z.strictObject({
      prompt: prompt(4000),
      n: z.int().min(1).max(4).default(1).describe('How many images'),
      size: z.enum(IMAGE_SIZES).default('1024x1024').describe('Width x height, pixels'),
      output_format: pictureFormat,
      seed,
      simulate,
    }),
    charges: { output: 'image' },
    price: (input) => ({ dimensions: {}, maximum: { output: BigInt(input.n) } }),
    expectedMs: 1500,
  }),
  defineModel({
    id: 'sandbox/edit',
    name: 'Sandbox Edit',
    description:
      'Draws on a picture what the prompt says, inside a mask or over the whole, without any provider. Further pictures become a part of the drawing.',
    type: 'image',
    ability: 'image-edit',
    provider: 'sandbox',
    providerModel: 'edit',
    input: z.strictObject({
      prompt: prompt(4000, 'What to draw there, in your own words'),
      image: z.array(fileReference('One of them')).min(1).max(4).describe('The picture to draw on, and others to use'),
      mask: fileReference(
        'A PNG as large as the first picture is seen, whose transparent areas are drawn on',
      ).optional(),
      n: z.int().min(1).max(4).default(1).describe('How many images'),
      output_format: pictureFormat.describe('PNG keeps every pixel outside of the mask'),
      seed,
      simulate,
    }),
    inputFiles: { image: 'image', mask: 'image' },
    fileLimits: { image: given, mask: { ...given, mimeTypes: ['image/png'] } },
    masks: { mask: 'image' },
    resultSize: (_input, picture) => picture,
    charges: { output: 'image' },
    price: (input) => ({ dimensions: {}, maximum: { output: BigInt(input.n) } }),
    expectedMs: 2000,
  }),
  defineModel({
    id: 'sandbox/expand',
    name: 'Sandbox Expand',
    description: 'Draws a surrounding from the prompt beyond the edges of a picture, without any provider.',
    type: 'image',
    ability: 'image-expansion',
    provider: 'sandbox',
    providerModel: 'expand',
    input: z.strictObject({
      image: fileReference('The picture to continue'),
      prompt: z.string().trim().max(4000).optional().describe('What is beyond the edges'),
      left: margin.default(256).describe('Pixels'),
      right: margin.default(256).describe('Pixels'),
      top: margin.default(0).describe('Pixels'),
      bottom: margin.default(0).describe('Pixels'),
      output_format: pictureFormat,
      seed,
      simulate,
    }),
    inputFiles: { image: 'image' },
    fileLimits: { image: given },
    resultSize: ({ left, right, top, bottom }, { width, height }) => ({
      width: width + left + right,
      height: height + top + bottom,
    }),
    charges: { output: 'image' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    expectedMs: 2000,
  }),
  defineModel({
    id: 'sandbox/upscale',
    name: 'Sandbox Upscale',
    description: 'Makes a picture two or four times as wide and high by resampling, without any provider.',
    type: 'image',
    ability: 'image-upscale',
    provider: 'sandbox',
    providerModel: 'upscale',
    input: z.strictObject({
      image: fileReference('The picture to enlarge, of at most 1536 x 1536 pixels or as many in another shape'),
      scale: z.enum(['2x', '4x']).default('2x').describe('How many times as wide and as high'),
      output_format: pictureFormat,
      simulate,
    }),
    inputFiles: { image: 'image' },
    fileLimits: { image: enlarged },
    resultSize: ({ scale }, { width, height }) => {
      const factor = Number.parseInt(scale);
      return { width: width * factor, height: height * factor };
    },
    charges: { output: 'image' },
    priceDimensions: { scale: ['2x', '4x'] },
    price: (input) => ({ dimensions: { scale: input.scale }, maximum: { output: 1n } }),
    expectedMs: 2000,
  }),
  defineModel({
    id: 'sandbox/remove-background',
    name: 'Sandbox Cut-out',
    description:
      'Makes transparent what has the colour of the picture’s edge and is joined to it, without any provider.',
    type: 'image',
    ability: 'background-removal',
    provider: 'sandbox',
    providerModel: 'remove-background',
    input: z.strictObject({
      image: fileReference('The picture; a plain background works'),
      output_format: z.enum(['png', 'webp']).default('png'),
      simulate,
    }),
    inputFiles: { image: 'image' },
    fileLimits: { image: given },
    resultSize: (_input, picture) => picture,
    charges: { output: 'image' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    expectedMs: 1500,
  }),
  defineModel({
    id: 'sandbox/video',
    name: 'Sandbox Video',
    description:
      'A short moving composition from the prompt and seed, or a picture set in motion, as H.264 MP4, without any provider.',
    type: 'video',
    ability: 'video-generation',
    furtherAbilities: ['image-to-video'],
    provider: 'sandbox',
    providerModel: 'video',
    input: z.strictObject({
      prompt: prompt(4000),
      image: fileReference('The first picture of the film, cut to its size').optional(),
      duration: z.int().min(1).max(10).default(4).describe('Seconds'),
      size: z.enum(VIDEO_SIZES).default('640x360').describe('Width x height, pixels'),
      seed,
      simulate,
    }),
    inputFiles: { image: 'image' },
    fileLimits: { image: given },
    charges: { output: 'second' },
    price: (input) => ({ dimensions: {}, maximum: { output: BigInt(input.duration) } }),
    expectedMs: 4000,
  }),
  defineModel({
    id: 'sandbox/audio',
    name: 'Sandbox Audio',
    description: 'Synthesized speech-like sound, music or effects from the text, without any provider.',
    type: 'audio',
    ability: 'sound',
    provider: 'sandbox',
    providerModel: 'audio',
    input: z.strictObject({
      text: prompt(5000, 'What to say or play'),
      kind: z.enum(['speech', 'sound-effect', 'music']).default('speech'),
      output_format: z.enum(['mp3', 'wav']).default('mp3'),
      seed,
      simulate,
    }),
    charges: { output: 'character' },
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.text) } }),
    expectedMs: 1500,
  }),
  transcriptionModel(
    {
      provider: 'sandbox',
      providerModel: 'transcribe',
      name: 'Sandbox Transcribe',
      description:
        'Words that nobody said, as many as fit the length of the recording and each with its time, without any provider.',
      tellsWordTimes: true,
    },
    { language: z.enum(['en', 'pt']).default('en').describe('ISO 639-1'), simulate },
  ),
];
