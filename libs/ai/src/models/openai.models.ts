import { z } from 'zod';
import { fileReference, fileReferences } from './file-reference.js';
import { countCharacters } from '../inputs/input-text.js';
import { defineModel, type ModelDefinition, prompt } from './model.js';
import { transcriptionModel } from './transcription.js';

/** The sizes that have a price; the API takes others too, but a model without a price is never offered. */
const SIZES = ['1024x1024', '1536x1024', '1024x1536'] as const;
const QUALITIES = ['low', 'medium', 'high'] as const;

function gptImage(
  providerModel: string,
  name: string,
  description: string,
  retirement?: ModelDefinition['retirement'],
): ModelDefinition {
  return defineModel({
    id: `openai/${providerModel}`,
    name,
    description,
    type: 'image',
    ability: 'image-generation',
    furtherAbilities: ['image-edit'],
    provider: 'openai',
    providerModel,
    input: z.strictObject({
      prompt: prompt(32_000),
      image: fileReferences(16, 'Pictures to edit or to combine'),
      mask: fileReference('A PNG as large as the first picture is seen, whose transparent areas are edited').optional(),
      n: z.int().min(1).max(10).default(1).describe('How many images'),
      size: z.enum(SIZES).default('1024x1024').describe('Width x height, pixels'),
      quality: z.enum(QUALITIES).default('medium'),
      output_format: z.enum(['png', 'webp', 'jpeg']).default('png'),
      output_compression: z.int().min(0).max(100).optional().describe('Per cent, for webp and jpeg'),
      background: z.enum(['auto', 'opaque', 'transparent']).optional(),
      moderation: z.enum(['auto', 'low']).optional().describe('For generations only'),
    }),
    inputFiles: { image: 'image', mask: 'image' },
    fileLimits: { mask: { mimeTypes: ['image/png'] } },
    masks: { mask: 'image' },
    // Of those that end soon, only the price of a picture is known.
    charges: retirement ? { output: 'image' } : { output: 'image', input_text: 'token' },
    priceDimensions: { size: SIZES, quality: QUALITIES },
    price: (input) => ({
      dimensions: { size: input.size, quality: input.quality },
      maximum: { output: BigInt(input.n) },
      tokensOf: input.prompt,
    }),
    counts: 'files',
    expectedMs: 20_000,
    retirement,
  });
}

const VOICES = ['alloy', 'ash', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer'] as const;

function speech(
  providerModel: string,
  name: string,
  description: string,
  voices: readonly string[],
  parameters: z.ZodRawShape,
): ModelDefinition {
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
      voice: z.enum(voices).default('alloy'),
      response_format: z
        .enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'])
        .default('mp3')
        .describe('pcm: samples alone, 24 kHz, 16 bits, one channel'),
      ...parameters,
    }),
    charges: { output: 'character' },
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.input) } }),
    expectedMs: 5000,
  });
}

/** The older voices can be slowed down and hurried, the newer ones are told how to speak. */
const speed = { speed: z.number().min(0.25).max(4).optional() };
const instructions = {
  instructions: z.string().max(4096).optional().describe('How to speak: tone, pace, accent; no part of the text'),
};

function transcription(
  providerModel: string,
  name: string,
  description: string,
  tellsWordTimes = false,
): ModelDefinition {
  return transcriptionModel(
    { provider: 'openai', providerModel, name, description, tellsWordTimes },
    {
      language: z
        .string()
        .regex(/^[a-z]{2}$/)
        .optional()
        .describe('ISO 639-1; told by the sound itself when absent'),
      prompt: z.string().max(2000).optional().describe('Names and style to expect'),
      temperature: z.number().min(0).max(1).optional().describe('0: the most likely words'),
    },
  );
}

const endsWithNovember = { date: '2026-12-01', successor: 'openai/gpt-image-2' };

export const openAiModels = [
  gptImage('gpt-image-2', 'GPT Image 2', 'Photographic and typographic images that follow long prompts closely.'),
  gptImage('gpt-image-2.5-sunburst', 'GPT Image 2.5 Sunburst', 'The detailed variant of GPT Image 2.5.'),
  gptImage('gpt-image-2.5-flare', 'GPT Image 2.5 Flare', 'The fast variant of GPT Image 2.5.'),
  gptImage('gpt-image-1.5', 'GPT Image 1.5', 'The generation before GPT Image 2.', endsWithNovember),
  gptImage('gpt-image-1-mini', 'GPT Image 1 Mini', 'Small and cheap, of an older generation.', endsWithNovember),
  speech(
    'gpt-4o-mini-tts',
    'GPT-4o Mini TTS',
    'Speech that is told how to sound.',
    [...VOICES, 'ballad', 'cedar', 'marin', 'verse'],
    instructions,
  ),
  speech('tts-1', 'TTS-1', 'Natural speech at low latency.', VOICES, speed),
  speech('tts-1-hd', 'TTS-1 HD', 'Natural speech at higher fidelity.', VOICES, speed),
  transcription('gpt-4o-transcribe', 'GPT-4o Transcribe', 'Text of speech, exact also with noise and accents.'),
  transcription('gpt-4o-mini-transcribe', 'GPT-4o Mini Transcribe', 'Text of speech by the small one of its family.'),
  transcription('gpt-transcribe', 'GPT Transcribe', 'Text of speech, cheaper than GPT-4o Transcribe.'),
  transcription('whisper-1', 'Whisper', 'Text of speech by the open Whisper model, with the time of every word.', true),
];
