import { z } from 'zod';
import { countCharacters } from '../inputs/input-text.js';
import { elevenLabsVoice } from './elevenlabs-voice.js';
import { defineModel, type ModelDefinition, prompt } from './model.js';
import { transcriptionModel } from './transcription.js';

const outputFormat = z
  .enum(['mp3_44100_128', 'mp3_44100_64', 'mp3_22050_32', 'opus_48000_128', 'opus_48000_64'])
  .default('mp3_44100_128')
  .describe('Codec, sample rate (Hz) and bit rate (kbit/s)');
const seed = z.int().min(0).max(4_294_967_295).optional().describe('The same seed gives a similar result');
const share = z.number().min(0).max(1).optional();

function speech(providerModel: string, name: string, description: string, maxCharacters: number): ModelDefinition {
  return defineModel({
    id: `elevenlabs/${providerModel}`,
    name,
    description,
    type: 'audio',
    ability: 'speech',
    provider: 'elevenlabs',
    providerModel,
    input: z.strictObject({
      text: prompt(maxCharacters, 'The text to speak'),
      voice: elevenLabsVoice,
      language_code: z
        .string()
        .regex(/^[a-z]{2}$/)
        .optional()
        .describe('ISO 639-1; told by the text itself when absent'),
      stability: share.describe('Low: emotional; high: even'),
      similarity_boost: share.describe('How close to the original voice'),
      style: share.describe('Exaggeration of the style'),
      speed: z.number().min(0.7).max(1.2).optional(),
      seed,
      output_format: outputFormat,
    }),
    charges: { output: 'character' },
    price: (input) => ({ dimensions: {}, maximum: { output: countCharacters(input.text) } }),
    expectedMs: 4000,
  });
}

export const elevenLabsModels = [
  speech('eleven_v3', 'Eleven v3', 'The most expressive speech, with stage directions in brackets.', 5000),
  speech('eleven_multilingual_v2', 'Eleven Multilingual v2', 'Steady, lifelike speech in 29 languages.', 10_000),
  speech('eleven_flash_v2_5', 'Eleven Flash v2.5', 'Fast speech in 32 languages at half the price.', 40_000),
  defineModel({
    id: 'elevenlabs/eleven_text_to_sound_v2',
    name: 'Eleven Sound Effects',
    description: 'Noises and ambiences from a description.',
    type: 'audio',
    ability: 'sound-effect',
    provider: 'elevenlabs',
    providerModel: 'eleven_text_to_sound_v2',
    input: z.strictObject({
      text: prompt(450, 'What it should sound like'),
      duration_seconds: z.number().min(0.5).max(30).optional().describe('Chosen to fit when absent'),
      prompt_influence: share.describe('How closely to follow the text'),
      loop: z.boolean().optional().describe('Ends where it began'),
      output_format: outputFormat,
    }),
    charges: { output: 'generation' },
    price: () => ({ dimensions: {}, maximum: { output: 1n } }),
    expectedMs: 6000,
  }),
  defineModel({
    id: 'elevenlabs/music',
    name: 'Eleven Music',
    description: 'Songs and instrumentals from a description (model music_v2).',
    type: 'audio',
    ability: 'music',
    provider: 'elevenlabs',
    providerModel: 'music',
    input: z.strictObject({
      prompt: prompt(4100, 'Style, mood, instruments, lyrics'),
      music_length_ms: z.int().min(3000).max(600_000).default(30_000).describe('Milliseconds'),
      force_instrumental: z.boolean().optional().describe('Nobody sings'),
      seed: z.int().min(0).max(2_147_483_647).optional(),
      output_format: outputFormat,
    }),
    charges: { output: 'minute' },
    price: (input) => ({
      dimensions: {},
      maximum: { output: BigInt(Math.ceil(input.music_length_ms / 60_000)) },
    }),
    expectedMs: 30_000,
  }),
  transcriptionModel(
    {
      provider: 'elevenlabs',
      providerModel: 'scribe_v2',
      name: 'Scribe v2',
      description: 'Text of speech with the time of every word, and who speaks.',
      tellsWordTimes: true,
    },
    {
      language_code: z
        .string()
        .regex(/^[a-z]{2,3}$/)
        .optional()
        .describe('ISO 639; told by the sound itself when absent'),
      diarize: z.boolean().optional().describe('Tell speakers apart'),
      num_speakers: z.int().min(1).max(32).optional(),
      tag_audio_events: z.boolean().optional().describe('Mark laughter, applause and the like'),
    },
  ),
];
