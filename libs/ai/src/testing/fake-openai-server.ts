import type { FakeAnswer } from './fake-answers.js';
import { chatAnswer, checkChatRequest } from './fake-openai-chat.js';
import { modelList, pictureAnswer, speechAnswer, transcriptionAnswer } from './fake-openai-answers.js';
import { OPENAI_ERRORS, wrongKey, type FakeOpenAiFault } from './fake-openai-faults.js';
import {
  checkEditRequest,
  checkImageRequest,
  checkSpeechRequest,
  checkTranscriptionRequest,
  openAiErrorAnswer,
  type FakeErrorAnswer,
} from './fake-openai-wire.js';
import { FakeServer, type FakeRequest, type FakeRoute, type FakeServerOptions, type FakeWire } from './fake-server.js';

const WIRE: FakeWire = {
  basePath: '/v1',
  key: { header: 'authorization', prefix: 'Bearer ', example: 'sk-fake-' },
  wrongKey: (key) => openAiErrorAnswer(wrongKey(key)),
  errors: OPENAI_ERRORS,
  rateLimited: 'rate_limited',
  headers: () => ({ 'openai-version': '2020-10-01' }),
  route: (request) => {
    if (request.method === 'GET' && request.path === '/models') return { kind: 'other', answer: modelList };
    const generation = request.method === 'POST' ? GENERATIONS[request.path] : undefined;
    return generation && routeOf(request, generation);
  },
  unknownPath: (request) => openAiErrorAnswer(unknownUrl(request)),
};

/**
 * OpenAI's images, speech, transcription, chat and models API on loopback: keys, validation, error bodies, rate limits and
 * headers as on the wire, real files as answers, faults on demand. It does not stream images.
 */
export class FakeOpenAi extends FakeServer<FakeOpenAiFault> {
  protected readonly wire = WIRE;
}

export async function startFakeOpenAi(options: FakeServerOptions = {}): Promise<FakeOpenAi> {
  const fake = new FakeOpenAi(options);
  await fake.listen();
  return fake;
}

interface Generation {
  check(body: Readonly<Record<string, unknown>>): FakeErrorAnswer | undefined;
  answer(body: Readonly<Record<string, unknown>>, fault?: string): FakeAnswer | Promise<FakeAnswer>;
}

const GENERATIONS: Readonly<Record<string, Generation | undefined>> = {
  '/images/generations': { check: checkImageRequest, answer: pictureAnswer },
  '/images/edits': { check: checkEditRequest, answer: pictureAnswer },
  '/audio/speech': { check: checkSpeechRequest, answer: speechAnswer },
  '/chat/completions': { check: checkChatRequest, answer: chatAnswer },
  '/audio/transcriptions': { check: checkTranscriptionRequest, answer: transcriptionAnswer },
};

function routeOf({ body }: FakeRequest, generation: Generation): FakeRoute {
  const fields = typeof body === 'object' && body !== null ? { ...body } : undefined;
  return {
    kind: 'create',
    check: () => {
      const fault = fields
        ? generation.check(fields)
        : invalidBody('We could not parse the JSON body of your request.');
      return fault && openAiErrorAnswer(fault);
    },
    answer: (fault) => generation.answer(fields ?? {}, fault),
  };
}

function unknownUrl({ method, path }: FakeRequest): FakeErrorAnswer {
  const message = `Unknown request URL: ${method} /v1${path}. Please check the URL for typos.`;
  return { status: 404, error: { message, type: 'invalid_request_error', param: null, code: 'unknown_url' } };
}

function invalidBody(message: string): FakeErrorAnswer {
  return { status: 400, error: { message, type: 'invalid_request_error', param: null, code: null } };
}
