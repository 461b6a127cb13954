import { type FakeAnswer, jsonAnswer } from './fake-answers.js';
import { isFakeUpload } from './fake-request-body.js';

/** What the fake can say besides a success: `{ error: { message, type, param, code } }` under a status. */
export interface FakeErrorAnswer {
  status: number;
  error: { message: string; type: string; param: string | null; code: string | null };
  headers?: Record<string, string>;
}

export function openAiErrorAnswer({ status, error, headers }: FakeErrorAnswer): FakeAnswer {
  return jsonAnswer(status, { error }, headers);
}

export const IMAGE_MODELS: readonly string[] = [
  'gpt-image-2',
  'gpt-image-2-2026-04-21',
  'gpt-image-2.5-sunburst',
  'gpt-image-2.5-flare',
  'gpt-image-2.6-sunburst',
  'gpt-image-2.6-flare',
  'gpt-image-1.5',
  'gpt-image-1-mini',
];
export const TRANSCRIPTION_MODELS: readonly string[] = [
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-transcribe',
  'whisper-1',
];
/** The only one that tells when something was said. */
const TIMED_MODEL = 'whisper-1';
export const SPEECH_MODELS: readonly string[] = ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15'];

const VOICES: readonly string[] = 'alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar'.split(
  ' ',
);

type Body = Readonly<Record<string, unknown>>;
type Check = (body: Body) => FakeErrorAnswer | undefined;

/** The first fault of an image request, in the order OpenAI finds them; undefined when it may be drawn. */
export function checkImageRequest(body: Body): FakeErrorAnswer | undefined {
  return firstFault(body, [
    knownModel(IMAGE_MODELS),
    onlyParameters(['model', 'prompt', 'n', 'size', 'quality', 'output_format', 'output_compression', 'background']),
    text('prompt', 32_000),
    number('n', 1, 10, true),
    number('output_compression', 0, 100, true),
    choice('quality', (model) => [
      ...['low', 'medium', 'high', 'auto'],
      ...(/-2\.[56]-/.test(model) ? ['xhigh', 'max'] : []),
    ]),
    choice('output_format', () => ['png', 'jpeg', 'webp']),
    choice('background', () => ['transparent', 'opaque', 'auto']),
    choice('moderation', () => ['low', 'auto']),
    size,
    ({ background, output_format: format }) =>
      background === 'transparent' && format === 'jpeg'
        ? invalid("Transparent background is not supported for output format 'jpeg'.", 'background', 'invalid_value')
        : undefined,
  ]);
}

/** The first fault of an edit; numbers come as text, because the body is multipart. */
export function checkEditRequest(body: Body): FakeErrorAnswer | undefined {
  return firstFault(body, [
    knownModel(IMAGE_MODELS),
    ({ image }) => ([image].flat().every(isFakeUpload) && image !== undefined ? undefined : missing('image')),
    text('prompt', 32_000),
    choice('quality', () => ['low', 'medium', 'high', 'auto']),
    choice('output_format', () => ['png', 'jpeg', 'webp']),
    size,
  ]);
}

/** The first fault of a transcription. */
export function checkTranscriptionRequest(body: Body): FakeErrorAnswer | undefined {
  return firstFault(body, [
    knownModel(TRANSCRIPTION_MODELS),
    ({ file }) => (isFakeUpload(file) ? undefined : missing('file')),
    choice('response_format', (model) => (model === TIMED_MODEL ? ['json', 'verbose_json'] : ['json'])),
  ]);
}

/** The first fault of a speech request; undefined when it may be spoken. */
export function checkSpeechRequest(body: Body): FakeErrorAnswer | undefined {
  return firstFault(body, [
    knownModel(SPEECH_MODELS),
    onlyParameters(['model', 'input', 'voice', 'response_format', 'speed', 'instructions', 'stream_format']),
    text('input', 4096),
    ({ instructions }) => (instructions === undefined ? undefined : text('instructions', 4096)({ instructions })),
    ({ voice }) => {
      if (voice === undefined) return missing('voice');
      if (typeof voice === 'object' && voice !== null && 'id' in voice) return undefined;
      return typeof voice === 'string' && VOICES.includes(voice) ? undefined : notOneOf('voice', voice, VOICES);
    },
    choice('response_format', () => ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']),
    number('speed', 0.25, 4, false),
    choice('stream_format', () => ['audio']),
  ]);
}

/** `WxH` of a valid request; `auto` is square. */
export function pictureSize(size: unknown): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(typeof size === 'string' ? size : '') ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : { width: 1024, height: 1024 };
}

function firstFault(body: Body, checks: readonly Check[]): FakeErrorAnswer | undefined {
  for (const check of checks) {
    const fault = check(body);
    if (fault) return fault;
  }
  return undefined;
}

function knownModel(models: readonly string[]): Check {
  return ({ model }) => {
    if (typeof model === 'string' && models.includes(model)) return undefined;
    if (model === undefined) return missing('model');
    const message = `The model \`${shown(model)}\` does not exist or you do not have access to it.`;
    return { status: 404, error: { message, type: 'invalid_request_error', param: null, code: 'model_not_found' } };
  };
}

function onlyParameters(known: readonly string[]): Check {
  // `moderation` and `user` go with every model; the rest of the description is for models that are gone.
  return (body) => {
    const stranger = Object.keys(body).find((name) => ![...known, 'moderation', 'user'].includes(name));
    return stranger === undefined
      ? undefined
      : invalid(`Unknown parameter: '${stranger}'.`, stranger, 'unknown_parameter');
  };
}

function text(name: string, maxLength: number): Check {
  return (body) => {
    const value = body[name];
    if (value === undefined) return missing(name);
    if (typeof value !== 'string') {
      return invalid(`Invalid type for '${name}': expected a string.`, name, 'invalid_type');
    }
    if (value === '') {
      return invalid(`Invalid '${name}': empty string. Expected at least 1 character.`, name, 'empty_string');
    }
    return value.length <= maxLength
      ? undefined
      : invalid(`Invalid '${name}': string too long. Maximum length is ${maxLength}.`, name, 'string_above_max_length');
  };
}

function number(name: string, min: number, max: number, whole: boolean): Check {
  return (body) => {
    const value = body[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
      return invalid(
        `Invalid type for '${name}': expected ${whole ? 'an integer' : 'a number'}.`,
        name,
        'invalid_type',
      );
    }
    const kind = whole ? 'integer' : 'decimal';
    if (value < min) {
      return invalid(`Invalid '${name}': expected a value >= ${min}, got ${value}.`, name, `${kind}_below_min_value`);
    }
    return value <= max
      ? undefined
      : invalid(`Invalid '${name}': expected a value <= ${max}, got ${value}.`, name, `${kind}_above_max_value`);
  };
}

function choice(name: string, choices: (model: string) => readonly string[]): Check {
  return (body) => {
    const value = body[name];
    if (value === undefined || value === null) return undefined;
    const allowed = choices(shown(body.model));
    return typeof value === 'string' && allowed.includes(value) ? undefined : notOneOf(name, value, allowed);
  };
}

function size({ size }: Body): FakeErrorAnswer | undefined {
  if (size === undefined || size === null || size === 'auto') return undefined;
  const refused = (reason: string) => invalid(`Invalid size '${shown(size)}'. ${reason}`, 'size', 'invalid_value');
  if (typeof size !== 'string' || !/^\d+x\d+$/.test(size)) return refused('Expected WIDTHxHEIGHT or auto.');
  const { width, height } = pictureSize(size);
  const [short, long] = width < height ? [width, height] : [height, width];
  if (short === 0 || width % 16 !== 0 || height % 16 !== 0) {
    return refused('Width and height must both be divisible by 16.');
  }
  if (long > short * 3) return refused('The aspect ratio must be between 1:3 and 3:1.');
  return long > 3840 || short > 2160 ? refused('The maximum supported resolution is 3840x2160.') : undefined;
}

function missing(param: string): FakeErrorAnswer {
  return invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

function notOneOf(param: string, value: unknown, allowed: readonly string[]): FakeErrorAnswer {
  const list = allowed.map((one) => `'${one}'`).join(', ');
  return invalid(`Invalid value: '${shown(value)}'. Supported values are: ${list}.`, param, 'invalid_value');
}

function invalid(message: string, param: string, code: string): FakeErrorAnswer {
  return { status: 400, error: { message, type: 'invalid_request_error', param, code } };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
