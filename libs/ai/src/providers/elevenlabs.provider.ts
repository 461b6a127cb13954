import { z } from 'zod';
import { countCharacters } from '../inputs/input-text.js';
import { audioAnswer } from './audio-answer.js';
import { type ErrorReading, ProviderCall } from './provider-call.js';
import { healthBy } from './provider-health.js';
import { checkInput, fileOf, toFile } from './provider-input.js';
import { invalidInput, ProviderError } from './provider.errors.js';
import type {
  DoneResult,
  GenerationRequest,
  Provider,
  ProviderAbilities,
  ProviderContext,
  ProviderResult,
} from './provider.js';
import { minutesOf, secondsHeard, spokenInput, transcriptOutput } from './transcript.js';

const outputFormat = z
  .string()
  .regex(/^(mp3|opus)_\d+_\d+$/)
  .default('mp3_44100_128');

/** `POST /v1/text-to-speech/{voice_id}`. */
const speechInput = z.strictObject({
  text: z.string(),
  voice: z.string(),
  language_code: z.string().optional(),
  stability: z.number().optional(),
  similarity_boost: z.number().optional(),
  style: z.number().optional(),
  speed: z.number().optional(),
  seed: z.int().optional(),
  output_format: outputFormat,
});

/** `POST /v1/sound-generation`. */
const soundInput = z.strictObject({
  text: z.string(),
  duration_seconds: z.number().optional(),
  prompt_influence: z.number().optional(),
  loop: z.boolean().optional(),
  output_format: outputFormat,
});

/** `POST /v1/music`. */
const musicInput = z.strictObject({
  prompt: z.string(),
  music_length_ms: z.int(),
  force_instrumental: z.boolean().optional(),
  seed: z.int().optional(),
  output_format: outputFormat,
});

/** `POST /v1/speech-to-text`. */
const transcriptionInput = z.strictObject({
  language_code: z.string().optional(),
  diarize: z.boolean().optional(),
  num_speakers: z.int().optional(),
  tag_audio_events: z.boolean().optional(),
});

const transcription = z.object({
  text: z.string(),
  language_code: z.string(),
  audio_duration_secs: secondsHeard,
  words: z.array(
    z.object({
      text: z.string(),
      type: z.string(),
      start: z.number().nullish(),
      end: z.number().nullish(),
      speaker_id: z.string().nullish(),
    }),
  ),
});

/** `{ detail: { status, message } }`, and FastAPI's `{ detail: [{ loc, msg, type }] }`. */
const errorBody = z.object({
  detail: z.union([
    z.object({ status: z.string().optional(), message: z.string().optional() }),
    z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
    z.string(),
  ]),
});

/** The plan's places are all taken: one becomes free as soon as a generation ends, which takes seconds. */
const CONCURRENCY_WAIT_MS = 1000;
/** ElevenLabs as a whole is busy: backing off is asked for. */
const BUSY_WAIT_MS = 10_000;

export interface ElevenLabsProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  baseUrl: string;
  /** For one whole generation, body included. */
  timeoutMs: number;
}

/**
 * ElevenLabs' speech, sound effects, music and transcriptions. All are synchronous and answer with the file itself. By
 * hand, because the official SDK takes seconds and 165 MB to load (docs/adr/0013).
 */
export class ElevenLabsProvider implements Provider {
  readonly id = 'elevenlabs';
  readonly abilities: ProviderAbilities = {
    idempotentSubmit: false,
    cancel: false,
    callbacks: false,
    // The smallest plan's; every answer says the key's own.
    usualConcurrency: 2,
  };

  constructor(private readonly options: ElevenLabsProviderOptions) {}

  isConfigured(): boolean {
    return this.options.apiKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    switch (request.ability) {
      case 'speech':
        return this.speak(call, request);
      case 'sound-effect':
        return this.makeSound(call, request);
      case 'music':
        return this.compose(call, request);
      case 'transcription':
        return this.transcribe(call, request);
      default:
        throw invalidInput(`no ability "${request.ability}"`);
    }
  }

  /** Never called for a result of `submit`; an id that turns up nevertheless names nothing that could be asked about. */
  poll(): Promise<ProviderResult> {
    return Promise.reject(new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' }));
  }

  /** Closing the connection (`context.signal`) is all that can be done to a running request. */
  cancel(): Promise<void> {
    return Promise.reject(new ProviderError('provider.unavailable', { retry: 'never' }));
  }

  /** Nothing of ours is reported: every generation is answered with its file. */
  parseCallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  health(context: ProviderContext) {
    return healthBy(() => {
      const call = this.call(context);
      return call.json(this.url('/v1/models'), { headers: this.headers(call) }, z.array(z.unknown()));
    });
  }

  private async speak(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { voice, output_format, text, language_code, seed, ...settings } = checkInput(speechInput, request.input);
    const body = {
      text,
      model_id: request.providerModel,
      language_code,
      seed,
      ...(Object.keys(settings).length > 0 && { voice_settings: settings }),
    };
    const path = `/v1/text-to-speech/${encodeURIComponent(voice)}?output_format=${output_format}`;
    return this.sound(call, path, body, countCharacters(text));
  }

  private makeSound(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { output_format, ...input } = checkInput(soundInput, request.input);
    const body = { ...input, model_id: request.providerModel };
    return this.sound(call, `/v1/sound-generation?output_format=${output_format}`, body, 1n);
  }

  private compose(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { output_format, ...input } = checkInput(musicInput, request.input);
    const body = { ...input, model_id: 'music_v2' };
    return this.sound(call, `/v1/music?output_format=${output_format}`, body);
  }

  private async transcribe(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const form = new FormData();
    form.set('model_id', request.providerModel);
    for (const [name, value] of Object.entries(checkInput(transcriptionInput, spokenInput(request)))) {
      form.set(name, String(value));
    }
    form.set('file', toFile(fileOf(request, 'audio'), 'audio'));
    const init = { method: 'POST', headers: this.headers(call), body: form };
    const heard = await call.json(this.url('/v1/speech-to-text'), init, transcription);
    const words = heard.words
      .filter(({ type }) => type === 'word')
      .map(({ text, start, end, speaker_id: speaker }) => ({
        text,
        start: start ?? 0,
        end: end ?? 0,
        ...(speaker ? { speaker } : {}),
      }));
    return {
      state: 'done',
      outputs: [transcriptOutput({ text: heard.text, language: heard.language_code, words })],
      usage: { costUsdMicros: null, quantities: { input: minutesOf(request, heard.audio_duration_secs) } },
    };
  }

  /** @param output the units of `output` when they are known beforehand */
  private async sound(call: ProviderCall, path: string, body: object, output?: bigint): Promise<DoneResult> {
    const headers = { ...this.headers(call), 'content-type': 'application/json' };
    const file = await call.run(async () =>
      audioAnswer(call, await call.fetch(this.url(path), { method: 'POST', headers, body: JSON.stringify(body) })),
    );
    return {
      state: 'done',
      outputs: [file],
      usage: { costUsdMicros: null, quantities: output === undefined ? {} : { output } },
    };
  }

  private call(context: ProviderContext): ProviderCall {
    const { apiKey: platformKey, timeoutMs } = this.options;
    return new ProviderCall({ context, platformKey, timeoutMs, readError });
  }

  private url(path: string): string {
    return this.options.baseUrl.replace(/\/$/, '') + path;
  }

  private headers(call: ProviderCall): Record<string, string> {
    return { 'xi-api-key': call.apiKey };
  }
}

/** The status words are from ElevenLabs' error guide; what the list does not know follows from the HTTP status. */
const MEANINGS: Readonly<Record<string, ErrorReading>> = {
  quota_exceeded: { meaning: 'quota_exhausted' },
  too_many_concurrent_requests: { meaning: 'rate_limited', retryAfterMs: CONCURRENCY_WAIT_MS },
  concurrent_limit_exceeded: { meaning: 'rate_limited', retryAfterMs: CONCURRENCY_WAIT_MS },
  system_busy: { meaning: 'unavailable', retryAfterMs: BUSY_WAIT_MS },
  voice_not_found: { meaning: 'invalid_input' },
  voice_does_not_exist: { meaning: 'invalid_input' },
  model_not_found: { meaning: 'invalid_input' },
  bad_prompt: { meaning: 'content_policy' },
  content_against_policy: { meaning: 'content_policy' },
};

function readError(body: unknown): ErrorReading {
  const detail = errorBody.safeParse(body).data?.detail;
  if (detail === undefined) return {};
  if (typeof detail === 'string') return { message: detail };
  if (Array.isArray(detail)) return { message: detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ') };
  const { status = '', message = status } = detail;
  return { ...MEANINGS[status], message };
}
