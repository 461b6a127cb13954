import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import { HTML_PAGE } from './fake-faults.js';
import { IMAGE_MODELS, pictureSize, SPEECH_MODELS } from './fake-openai-wire.js';
import { fakePicture } from './fake-picture.js';
import { fakeSpeech, secondsOf, SPEECH_CONTENT_TYPES } from './fake-speech.js';

/** What is read of a request; it has been checked before, in OpenAI's own words. */
const imageBody = z.object({
  prompt: z.string(),
  n: z.coerce.number().int().nullish(),
  size: z.string().nullish(),
  quality: z.string().nullish(),
  background: z.string().nullish(),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
});
const speechBody = z.object({
  input: z.string(),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).default('mp3'),
  speed: z.number().default(1),
});

/** Output tokens of a 1024×1024 picture of gpt-image-2 as OpenAI's calculator has them; other sizes are scaled. */
const TOKENS_PER_PICTURE: Readonly<Record<string, number>> = { low: 196, medium: 1757, high: 7024 };

/** The sizes the API description lists; an answer of another size leaves the field out, to stay within it. */
const DESCRIBED_SIZES: readonly string[] = ['1024x1024', '1024x1536', '1536x1024'];

export function modelList(): FakeAnswer {
  const data = [...IMAGE_MODELS, ...SPEECH_MODELS].map((id) => ({
    id,
    object: 'model',
    created: 1_776_000_000,
    owned_by: 'system',
  }));
  return jsonAnswer(200, { object: 'list', data });
}

/** The answer to an image request that passed `checkImageRequest`. */
export async function pictureAnswer(body: unknown, fault?: string): Promise<FakeAnswer> {
  const { prompt, n, size, quality, background, output_format } = imageBody.parse(body);
  const format = output_format ?? 'png';
  const { width, height } = pictureSize(size);
  const drawn = quality === 'low' || quality === 'high' ? quality : 'medium';
  const transparent = background === 'transparent';
  const data: { b64_json: string }[] = [];
  for (let index = 0; index < (n ?? 1); index += 1) {
    const bytes = spoil(await fakePicture({ prompt, index, width, height, format, transparent }), fault);
    data.push({ b64_json: bytes.toString('base64') });
  }
  const inputTokens = Math.ceil(prompt.length / 4);
  const perPicture = Math.round((TOKENS_PER_PICTURE[drawn] ?? 0) * Math.sqrt((width * height) / 1024 ** 2));
  const outputTokens = perPicture * data.length;
  const named = `${width}x${height}`;
  const usage = {
    input_tokens: inputTokens,
    input_tokens_details: { image_tokens: 0, text_tokens: inputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { image_tokens: outputTokens, text_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
  const answer = {
    created: Math.floor(Date.now() / 1000),
    background: transparent ? 'transparent' : 'opaque',
    data,
    output_format: format,
    quality: drawn,
    ...(DESCRIBED_SIZES.includes(named) && { size: named }),
    ...(fault !== 'without_usage' && { usage }),
  };
  return jsonAnswer(200, answer);
}

/** The answer to a speech request that passed `checkSpeechRequest`; the file is made as it is sent. */
export async function speechAnswer(body: unknown, fault?: string): Promise<FakeAnswer> {
  const { input, response_format: format, speed } = speechBody.parse(body);
  const file = fakeSpeech(input, format, speed);
  return {
    status: 200,
    contentType: SPEECH_CONTENT_TYPES[format],
    body: spoils(fault) ? [spoil(await buffer(Readable.from(file)), fault)] : file,
  };
}

/** The answer to a transcription that passed its check. */
export function transcriptionAnswer(body: Readonly<Record<string, unknown>>): FakeAnswer {
  const usage = { type: 'duration', seconds: Math.ceil(secondsOf(body['file'])) };
  if (body['response_format'] === 'verbose_json') return jsonAnswer(200, { ...verboseTranscript(), usage });
  if (body['model'] === 'gpt-transcribe') return jsonAnswer(200, { text: 'Bom dia, este é um teste.', usage });
  return jsonAnswer(200, {
    text: 'Bom dia, este é um teste.',
    usage: {
      type: 'tokens',
      input_tokens: 14,
      input_token_details: { text_tokens: 0, audio_tokens: 14 },
      output_tokens: 9,
      total_tokens: 23,
    },
  });
}

function verboseTranscript(): object {
  const segment = { seek: 0, temperature: 0, avg_logprob: -0.29, compression_ratio: 1.2, no_speech_prob: 0.01 };
  const words = ['Bom', 'dia', 'este', 'é', 'um', 'teste'];
  return {
    task: 'transcribe',
    language: 'portuguese',
    duration: 3,
    text: 'Bom dia, este é um teste.',
    words: words.map((word, index) => ({ word, start: index / 2, end: (index + 1) / 2 })),
    segments: [{ ...segment, id: 0, start: 0, end: 3, text: ' Bom dia, este é um teste.', tokens: [50364, 48075] }],
  };
}

function spoils(fault: string | undefined): boolean {
  return fault === 'truncated_media' || fault === 'wrong_type';
}

/** A file that ends in the middle, or a web page where it should be. */
function spoil(file: Buffer, fault: string | undefined): Buffer {
  if (fault === 'wrong_type') return Buffer.from(HTML_PAGE);
  return fault === 'truncated_media' ? file.subarray(0, Math.floor(file.length / 2)) : file;
}
