import { z } from 'zod';
import { countCharacters } from '../input-text.js';
import { defineModel, type ModelDefinition, prompt } from './model.js';

/** The sizes that have a price; the API takes others too, but a model without a price is never offered. */
const SIZES = ['1024x1024', '1536x1024', '1024x1536'] as const;

function gptImage(providerModel: string, name: string, description: string): ModelDefinition {
  return defineModel({
    id: `openai/${providerModel}`,
    name,
    description,
    type: 'image',
    ability: 'image-generation',
    provider: 'openai',
    providerModel,
    input: z.strictObject({
      prompt: prompt(32_000),
      n: z.int().min(1).max(10).default(1).describe('How many images'),
      size: z.enum(SIZES).default('1024x1024').describe('Width x height, pixels'),
      quality: z.enum(['low', 'medium', 'high']).default('medium'),
      output_format: z.enum(['png', 'webp', 'jpeg']).default('png'),
      background: z.enum(['auto', 'opaque', 'transparent']).optional(),
      moderation: z.enum(['auto', 'low']).optional(),
    }),
    price: (input) => ({
      dimensions: { size: input.size, quality: input.quality },
      maximum: { output: BigInt(input.n) },
    }),
    expectedMs: 20_000,
  });
}

const VOICES = ['alloy', 'ash', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer'] as const;

function speech(providerModel: string, name: string, description: string): ModelDefinition {
  return defineModel({
    id: `openai/${providerModel}`,
    name,
    description,
    type: 'audio',
    ability: 'speech',
    provider: 'openai',
    providerModel,
    input: z.strictObject({
      input: prompt(4096, 'The text to speak'),
      voice: z.enum(VOICES).default('alloy'),
      response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav']).default('mp3'),
      speed: z.number().min(0.25).max(4).optional(),
    }),
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.input) } }),
    expectedMs: 5000,
  });
}

export const openAiModels = [
  gptImage('gpt-image-2', 'GPT Image 2', 'Photographic and typographic images that follow long prompts closely.'),
  gptImage('gpt-image-2.5-sunburst', 'GPT Image 2.5 Sunburst', 'The detailed variant of GPT Image 2.5.'),
  gptImage('gpt-image-2.5-flare', 'GPT Image 2.5 Flare', 'The fast variant of GPT Image 2.5.'),
  speech('tts-1', 'TTS-1', 'Natural speech at low latency.'),
  speech('tts-1-hd', 'TTS-1 HD', 'Natural speech at higher fidelity.'),
];
