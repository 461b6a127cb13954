import type OpenAI from 'openai';
import { z } from 'zod';
import { countCharacters } from '../inputs/input-text.js';
import { audioAnswer } from './audio-answer.js';
import { sniffImage } from './media-sniffing.js';
import { readOpenAiError } from './openai.errors.js';
import { openAiSdk } from './openai-sdk.js';
import { ProviderCall } from './provider-call.js';
import { checkInput, fileOf, plainInput, toFile } from './provider-input.js';
import { badResponse, invalidInput, ProviderError } from './provider.errors.js';
import { healthBy } from './provider-health.js';
import type {
  DoneResult,
  GenerationRequest,
  Provider,
  ProviderAbilities,
  ProviderContext,
  ProviderOutput,
  ProviderResult,
  ProviderUsage,
} from './provider.js';
import { minutesOf, secondsHeard, spokenInput, type Transcript, transcriptOutput } from './transcript.js';

/** `POST /images/generations` for the GPT image models; anything else in the input would be paid for and ignored. */
const imageInput = z.strictObject({
  prompt: z.string(),
  n: z.int().optional(),
  size: z.string().optional(),
  quality: z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'auto']).optional(),
  output_format: z.enum(['png', 'jpeg', 'webp']).optional(),
  output_compression: z.int().optional(),
  background: z.enum(['transparent', 'opaque', 'auto']).optional(),
  moderation: z.enum(['low', 'auto']).optional(),
});

/** `POST /images/edits` takes the same without `moderation`. */
const editInput = imageInput.omit({ moderation: true });

/** `POST /audio/speech`. */
const speechInput = z.strictObject({
  input: z.string(),
  voice: z.union([z.string(), z.strictObject({ id: z.string() })]),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).optional(),
  speed: z.number().optional(),
  instructions: z.string().optional(),
});

/** `POST /audio/transcriptions`. */
const transcriptionInput = z.strictObject({
  language: z.string().optional(),
  prompt: z.string().optional(),
  temperature: z.number().optional(),
});
/** What is told beside the text is no reason to lose it. */
const beside = <Told extends z.ZodType>(told: Told) => told.optional().catch(undefined);
/** The newer models count tokens instead, of which no minutes can be told. */
const heardUsage = beside(z.object({ type: z.literal('duration'), seconds: secondsHeard }));
const transcriptionAnswer = z.object({ text: z.string(), usage: heardUsage });
/** The only model that tells when something was said, and in which language. */
const TIMED_MODEL = 'whisper-1';
const seconds = z.number().nonnegative();
const timedAnswer = z.object({
  text: z.string(),
  usage: heardUsage,
  language: beside(z.string()),
  words: beside(z.array(z.object({ word: z.string(), start: seconds, end: seconds }))),
  segments: beside(z.array(z.looseObject({ text: z.string(), start: seconds, end: seconds }))),
});

const count = z.int().nonnegative().transform(BigInt);
const tokenUsage = z.object({
  input_tokens_details: z.object({ text_tokens: count, image_tokens: count }),
  output_tokens: count,
});

export interface OpenAiProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  /** With the version, e.g. `https://api.openai.com/v1`; any compatible server will do. */
  baseUrl: string;
  /** For one whole generation, body included. */
  timeoutMs: number;
}

/**
 * OpenAI's images, speech and transcriptions through the official SDK. All are synchronous: `submit` always ends in
 * `done`, there is nothing to poll or to cancel, and no way to ask what became of a request whose connection broke.
 */
export class OpenAiProvider implements Provider {
  readonly id = 'openai';
  readonly abilities: ProviderAbilities = { idempotentSubmit: false, cancel: false, callbacks: false };

  constructor(private readonly options: OpenAiProviderOptions) {}

  isConfigured(): boolean {
    return this.options.apiKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    if (request.type === 'image') return this.makeImages(call, request);
    if (request.ability === 'speech') return this.speak(call, request);
    if (request.ability === 'transcription') return this.transcribe(call, request);
    throw invalidInput(`no ability "${request.ability}" for ${request.type}`);
  }

  /** Never called for a result of `submit`; an id that turns up nevertheless names nothing OpenAI could be asked about. */
  poll(): Promise<ProviderResult> {
    return Promise.reject(new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' }));
  }

  /** Closing the connection (`context.signal`) is all that can be done to a running request. */
  cancel(): Promise<void> {
    return Promise.reject(new ProviderError('provider.unavailable', { retry: 'never' }));
  }

  /** OpenAI reports nothing. */
  parseCallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  health(context: ProviderContext) {
    return healthBy(async () => {
      const call = this.call(context);
      await call.run(async () => (await this.client(call)).models.list());
    });
  }

  private call(context: ProviderContext): ProviderCall {
    const { apiKey: platformKey, timeoutMs } = this.options;
    return new ProviderCall({ context, platformKey, timeoutMs, readError: readOpenAiError });
  }

  private client(call: ProviderCall): Promise<OpenAI> {
    return openAiSdk(call, this.options);
  }

  private async makeImages(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { images } = await this.client(call);
    const model = request.providerModel;
    const references = (request.files['image'] ?? []).map((file, index) => toFile(file, `image-${index}`));
    const mask = request.files['mask']?.[0];
    const plain = plainInput(request);
    const edit = references.length > 0;
    const ask = edit
      ? images.edit.bind(images, {
          ...checkInput(editInput, plain),
          model,
          image: references,
          ...(mask && { mask: toFile(mask, 'mask') }),
        })
      : images.generate.bind(images, { ...checkInput(imageInput, plain), model });
    const answer = await call.run(async () => (await ask()) as OpenAI.ImagesResponse);

    const outputs: ProviderOutput[] = [];
    const items = imagesIn(call, answer);
    const tokens = tokenUsage.safeParse(answer.usage).data;
    for (const item of items) {
      const body = Buffer.from(item.b64_json, 'base64');
      // The text is let go at once: ten large images would otherwise be held twice.
      item.b64_json = '';
      const image = await sniffImage(body);
      if (!image) throw badResponse('an image is unreadable');
      outputs.push({ ...image, body });
    }
    // Of all pictures together; clients of `/v1` are told.
    if (outputs[0] && tokens) outputs[0].metadata = { usage: usageTold(tokens) };
    return { state: 'done', outputs, usage: imageUsage(outputs.length, tokens) };
  }

  private async speak(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const input = checkInput(speechInput, request.input);
    const { speech } = (await this.client(call)).audio;
    const answer = await call.run(() => speech.create({ ...input, model: request.providerModel }));
    const raw = input.response_format === 'pcm';
    const output = await audioAnswer(call, answer, raw ? PCM_TYPE : undefined);
    return {
      state: 'done',
      outputs: [raw ? { ...output, metadata: PCM_FORMAT } : output],
      usage: { costUsdMicros: null, quantities: { output: countCharacters(input.input) } },
    };
  }

  private async transcribe(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { seconds: heard, ...transcript } = await this.hear(call, request);
    return {
      state: 'done',
      outputs: [transcriptOutput(transcript)],
      usage: { costUsdMicros: null, quantities: { input: minutesOf(request, heard) } },
    };
  }

  private async hear(call: ProviderCall, request: GenerationRequest): Promise<Transcript & { seconds?: number }> {
    const input = checkInput(transcriptionInput, spokenInput(request));
    const { transcriptions } = (await this.client(call)).audio;
    const asked = { ...input, file: toFile(fileOf(request, 'audio'), 'audio'), model: request.providerModel };
    if (request.providerModel !== TIMED_MODEL) {
      const answer: unknown = await call.run(() => transcriptions.create({ ...asked, response_format: 'json' }));
      const { text, usage } = call.check(answer, transcriptionAnswer);
      return { text, language: input.language, seconds: usage?.seconds };
    }
    const answer: unknown = await call.run(() =>
      transcriptions.create({
        ...asked,
        response_format: 'verbose_json',
        timestamp_granularities: ['word', 'segment'],
      }),
    );
    const { words, usage, ...told } = call.check(answer, timedAnswer);
    return { ...told, seconds: usage?.seconds, words: words?.map(({ word, ...times }) => ({ text: word, ...times })) };
  }
}

/** @returns the images of a 200 answer, which a proxy or a compatible server may have filled with anything */
function imagesIn(
  call: ProviderCall,
  answer: OpenAI.ImagesResponse | string | null | undefined,
): { b64_json: string }[] {
  const images: unknown = typeof answer === 'object' ? answer?.data : undefined;
  if (Array.isArray(images) && images.length > 0 && images.every(isBase64Image)) return images;
  const told = typeof answer === 'string' ? answer : JSON.stringify(answer ?? 'empty body');
  throw badResponse(call.redact(`no images in the answer: ${told.slice(0, 5000)}`));
}

function isBase64Image(item: unknown): item is { b64_json: string } {
  return typeof item === 'object' && item !== null && 'b64_json' in item && typeof item.b64_json === 'string';
}

const PCM_TYPE = 'audio/pcm';
/** What OpenAI's `pcm` is; nothing in the bytes says so. */
const PCM_FORMAT = { sampleRateHz: 24_000, channels: 1, encoding: 's16le' };

/** Token counts as OpenAI tells them. */
function usageTold({ input_tokens_details: details, output_tokens: output }: z.output<typeof tokenUsage>) {
  const [text, image] = [Number(details.text_tokens), Number(details.image_tokens)];
  return {
    total_tokens: text + image + Number(output),
    input_tokens: text + image,
    output_tokens: Number(output),
    input_tokens_details: { text_tokens: text, image_tokens: image },
  };
}

/** Token counts by price component; a compatible server that does not report them leaves only the count of images. */
function imageUsage(images: number, usage: z.output<typeof tokenUsage> | undefined): ProviderUsage {
  const tokens = usage && {
    input_text: usage.input_tokens_details.text_tokens,
    input_image: usage.input_tokens_details.image_tokens,
    output_image: usage.output_tokens,
  };
  return { costUsdMicros: null, quantities: { output: BigInt(images), ...tokens } };
}
