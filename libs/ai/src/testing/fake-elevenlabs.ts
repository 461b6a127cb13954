import { z } from 'zod';
import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import type { FakeBreakage } from './fake-faults.js';
import { isFakeUpload } from './fake-request-body.js';
import {
  type FakeErrorFault,
  type FakeRequest,
  type FakeRoute,
  FakeServer,
  type FakeServerOptions,
  type FakeWire,
} from './fake-server.js';
import { fakeSpeech, secondsOf } from './fake-speech.js';

const detail = (http: number, status: string, message: string, headers?: Record<string, string>): FakeAnswer =>
  jsonAnswer(http, { detail: { status, message } }, headers);

const ERRORS = {
  quota: detail(401, 'quota_exceeded', 'This request exceeds your quota of 10000.'),
  invalid_input: jsonAnswer(422, {
    detail: [{ loc: ['body', 'text'], msg: 'Field required', type: 'missing' }],
  }),
  rate_limited: detail(429, 'too_many_concurrent_requests', 'Too many concurrent requests.', { 'retry-after': '2' }),
  busy: detail(429, 'system_busy', 'The system is experiencing heavy traffic, please try again.'),
  voice_not_found: detail(404, 'voice_not_found', 'A voice with that id was not found.'),
  content_policy: detail(400, 'content_against_policy', 'The content you provided violates our policy.'),
  server_error_before: detail(500, 'internal_server_error', 'An unexpected error occurred.'),
  server_error_after: { ...detail(500, 'internal_server_error', 'An unexpected error occurred.'), accepted: true },
  overloaded: detail(503, 'service_unavailable', 'Service unavailable.', { 'retry-after': '3' }),
} satisfies Record<string, FakeErrorFault>;

export type FakeElevenLabsFault = keyof typeof ERRORS | FakeBreakage | 'unauthorized';

const speech = z.object({ text: z.string().min(1), model_id: z.string().optional() });
const sound = z.object({ text: z.string().min(1), duration_seconds: z.number().min(0.5).max(30).nullish() });
const music = z.object({
  prompt: z.string().max(4100),
  music_length_ms: z.int().min(3000).max(600_000).nullish(),
  model_id: z.enum(['music_v1', 'music_v2']),
});
const transcription = z.object({ model_id: z.enum(['scribe_v1', 'scribe_v2']), file: z.custom(isFakeUpload) });

/** ElevenLabs' speech, sounds, music, transcriptions and models on loopback; all synchronous. */
export class FakeElevenLabs extends FakeServer<FakeElevenLabsFault> {
  protected readonly wire: FakeWire = {
    basePath: '',
    key: { header: 'xi-api-key', prefix: '', example: 'sk_' },
    wrongKey: () => detail(401, 'invalid_api_key', 'Invalid API key'),
    errors: ERRORS,
    rateLimited: 'rate_limited',
    tooManyAtOnce: 'rate_limited',
    headers: (request) => ({ 'request-id': request.id }),
    route,
    unknownPath: () => jsonAnswer(404, { detail: 'Not Found' }),
  };

  static async start(options: FakeServerOptions = {}): Promise<FakeElevenLabs> {
    const fake = new FakeElevenLabs(options);
    await fake.listen();
    return fake;
  }
}

function route(request: FakeRequest): FakeRoute | undefined {
  const { method, path, body } = request;
  if (method === 'GET' && path === '/v1/models') return { kind: 'other', answer: modelList };
  if (method !== 'POST') return undefined;
  if (/^\/v1\/text-to-speech\/\w+$/.test(path)) return create(speech, body, ({ text }) => audio(text, text.length));
  switch (path) {
    case '/v1/sound-generation':
      return create(sound, body, ({ text }) => audio(text, 200));
    case '/v1/music':
      return create(music, body, ({ prompt }) => audio(prompt, 500));
    case '/v1/speech-to-text':
      return create(transcription, body, ({ file }) => transcript(secondsOf(file)));
    default:
      return undefined;
  }
}

function create<T>(schema: z.ZodType<T>, body: unknown, answer: (checked: T) => FakeAnswer): FakeRoute {
  const parsed = schema.safeParse(body);
  return {
    kind: 'create',
    isFile: true,
    check: () =>
      parsed.success
        ? undefined
        : jsonAnswer(422, {
            detail: parsed.error.issues.map(({ path, message, code }) => ({
              loc: ['body', ...path.map(String)],
              msg: message,
              type: code,
            })),
          }),
    answer: () => {
      if (parsed.data === undefined) throw new Error('An unchecked request');
      return answer(parsed.data);
    },
  };
}

function audio(text: string, characterCost: number): FakeAnswer {
  return {
    status: 200,
    contentType: 'audio/mpeg',
    body: fakeSpeech(text.slice(0, 200), 'mp3', 4),
    headers: { 'character-cost': String(characterCost) },
  };
}

function transcript(seconds: number): FakeAnswer {
  const words = ['Bom', 'dia.'].map((text, index) => ({
    text,
    type: 'word',
    start: index * 0.4,
    end: index * 0.4 + 0.3,
    speaker_id: 'speaker_0',
    logprob: -0.1,
  }));
  const told = { language_code: 'por', language_probability: 0.98, audio_duration_secs: seconds };
  return jsonAnswer(200, { ...told, text: 'Bom dia.', words });
}

function modelList(): FakeAnswer {
  const models = [
    { model_id: 'eleven_v3', name: 'Eleven v3' },
    { model_id: 'eleven_multilingual_v2', name: 'Eleven Multilingual v2' },
    { model_id: 'eleven_flash_v2_5', name: 'Eleven Flash v2.5' },
  ];
  const shared = {
    description: 'Speech',
    can_be_finetuned: false,
    can_do_text_to_speech: true,
    can_do_voice_conversion: false,
    can_use_style: true,
    can_use_speaker_boost: true,
    serves_pro_voices: false,
    token_cost_factor: 1,
    requires_alpha_access: false,
    max_characters_request_free_user: 2500,
    max_characters_request_subscribed_user: 5000,
    maximum_text_length_per_request: 40_000,
    languages: [{ language_id: 'pt', name: 'Portuguese' }],
    model_rates: { character_cost_multiplier: 1 },
    concurrency_group: 'standard',
  };
  return jsonAnswer(
    200,
    models.map((model) => ({ ...model, ...shared })),
  );
}
