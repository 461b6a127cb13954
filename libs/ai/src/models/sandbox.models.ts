import { z } from 'zod';
import { countCharacters } from '../input-text.js';
import { defineModel, prompt, seed } from './model.js';

/** Asks the sandbox to behave badly, for tests of integrations. */
const simulate = z
  .strictObject({
    latencyMs: z.int().min(0).max(120_000).optional().describe('How long the generation takes'),
    failure: z
      .enum(['invalid_input', 'content_policy', 'rate_limited', 'unavailable', 'generation_failed', 'outcome_unknown'])
      .optional()
      .describe('Fail in this way'),
    failAttempts: z.int().min(1).max(10).optional().describe('Fail only the first tries; absent: every one'),
  })
  .optional()
  .describe('Latency and failures on demand');

const IMAGE_SIZES = ['1024x1024', '1536x1024', '1024x1536', '1080x1350', '1080x1920', '1920x1080'] as const;
const VIDEO_SIZES = ['640x360', '360x640', '480x480'] as const;

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
      output_format: z.enum(['png', 'webp', 'jpeg']).default('png'),
      seed,
      simulate,
    }),
    price: (input) => ({ dimensions: {}, maximum: { output: BigInt(input.n) } }),
    expectedMs: 1500,
  }),
  defineModel({
    id: 'sandbox/video',
    name: 'Sandbox Video',
    description: 'A short moving composition from the prompt and seed, as H.264 MP4, without any provider.',
    type: 'video',
    ability: 'video-generation',
    provider: 'sandbox',
    providerModel: 'video',
    input: z.strictObject({
      prompt: prompt(4000),
      duration: z.int().min(1).max(10).default(4).describe('Seconds'),
      size: z.enum(VIDEO_SIZES).default('640x360').describe('Width x height, pixels'),
      seed,
      simulate,
    }),
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
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.text) } }),
    expectedMs: 1500,
  }),
];
