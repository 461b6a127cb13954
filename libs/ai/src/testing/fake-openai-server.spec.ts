import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { BufferSource, ALL_FORMATS, Input } from 'mediabunny';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai-server.js';
import { fakeSpeech, type SpeechFormat } from './fake-speech.js';

let fake: FakeOpenAi;
beforeEach(async () => {
  fake = await startFakeOpenAi();
});
afterEach(() => fake.close());

async function post(path: string, body: unknown, key = fake.apiKey) {
  const answer = await fetch(`${fake.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as { error?: object } };
}

const drawing = { model: 'gpt-image-2', prompt: 'A fox', size: '256x256' };
const sentence = { model: 'tts-1', input: 'Good morning.', voice: 'alloy' };

describe('a wrong request is refused as OpenAI refuses it, and begins nothing', () => {
  it.each([
    { why: 'no model', path: '/images/generations', body: { prompt: 'x' }, param: 'model' },
    { why: 'no prompt', path: '/images/generations', body: { model: 'gpt-image-2' }, param: 'prompt' },
    { why: 'an empty prompt', path: '/images/generations', body: { ...drawing, prompt: '' }, param: 'prompt' },
    { why: 'a size off the grid', path: '/images/generations', body: { ...drawing, size: '1000x1000' }, param: 'size' },
    { why: 'a size too narrow', path: '/images/generations', body: { ...drawing, size: '256x1024' }, param: 'size' },
    { why: 'a size too large', path: '/images/generations', body: { ...drawing, size: '3856x2160' }, param: 'size' },
    { why: 'a size in words', path: '/images/generations', body: { ...drawing, size: 'large' }, param: 'size' },
    { why: 'too many images', path: '/images/generations', body: { ...drawing, n: 11 }, param: 'n' },
    {
      why: 'a quality of other models',
      path: '/images/generations',
      body: { ...drawing, quality: 'max' },
      param: 'quality',
    },
    {
      why: 'a transparent jpeg',
      path: '/images/generations',
      body: { ...drawing, background: 'transparent', output_format: 'jpeg' },
      param: 'background',
    },
    { why: 'an unknown field', path: '/images/generations', body: { ...drawing, seed: 1 }, param: 'seed' },
    { why: 'no voice', path: '/audio/speech', body: { ...sentence, voice: undefined }, param: 'voice' },
    { why: 'an unknown voice', path: '/audio/speech', body: { ...sentence, voice: 'nobody' }, param: 'voice' },
    { why: 'a text too long', path: '/audio/speech', body: { ...sentence, input: 'x'.repeat(4097) }, param: 'input' },
    { why: 'a speed too high', path: '/audio/speech', body: { ...sentence, speed: 5 }, param: 'speed' },
    {
      why: 'an unknown format',
      path: '/audio/speech',
      body: { ...sentence, response_format: 'mid' },
      param: 'response_format',
    },
  ])('$why', async ({ path, body, param }) => {
    const { status, json } = await post(path, body);
    expect({ status, error: json.error }).toMatchObject({
      status: 400,
      error: { type: 'invalid_request_error', param, code: expect.any(String), message: expect.any(String) },
    });
    expect(fake.creates).toBe(0);
  });

  it('a model that does not exist', async () => {
    const { status, json } = await post('/images/generations', { ...drawing, model: 'dall-e-3' });
    expect({ status, json }).toMatchObject({ status: 404, json: { error: { code: 'model_not_found' } } });
  });

  it('a body that is no JSON', async () => {
    expect((await post('/images/generations', '{"model":')).status).toBe(400);
  });

  it('an unknown path', async () => {
    expect((await post('/videos', {})).status).toBe(404);
  });
});

it('only its own key is let in, and no key is kept in the record', async () => {
  const wrong = await post('/images/generations', drawing, 'sk-proj-abcdefghijklmnop-wrong');
  expect(wrong.status).toBe(401);
  expect(wrong.json.error).toMatchObject({ code: 'invalid_api_key' });
  expect((await fetch(`${fake.baseUrl}/models`)).status).toBe(401);
  expect((await post('/images/generations', drawing)).status).toBe(200);
  expect(fake.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer [redacted]',
    undefined,
    'Bearer [redacted]',
  ]);
  expect(JSON.stringify(fake.requests)).not.toContain(fake.apiKey);
});

it('every answer carries a request id and the state of the rate limit', async () => {
  const { headers } = await post('/images/generations', drawing);
  expect(headers.get('x-request-id')).toBe(fake.requests[0]?.id);
  expect(headers.get('x-ratelimit-limit-requests')).toBe('10000');
  expect(headers.get('x-ratelimit-remaining-requests')).toBe('9999');
  expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+ms$/);
});

it('the models it lists are the models it takes', async () => {
  const answer = await fetch(`${fake.baseUrl}/models`, { headers: { authorization: `Bearer ${fake.apiKey}` } });
  const { data } = (await answer.json()) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['gpt-image-2', 'gpt-image-2.5-flare', 'tts-1']));
});

it('faults hit the requests that follow, in their order, and then it works again', async () => {
  fake.failNext('overloaded', { retryAfterSeconds: 9 });
  fake.failNext('insufficient_quota', { times: 2 });
  const answers = [];
  for (let tries = 0; tries < 4; tries += 1) answers.push(await post('/images/generations', drawing));
  expect(answers.map(({ status }) => status)).toEqual([503, 429, 429, 200]);
  expect(answers[0]?.headers.get('retry-after')).toBe('9');
  expect(fake.creates).toBe(1);
});

it('tells which faults hit nobody when they are forgotten', async () => {
  fake.failNext('overloaded', { times: 2 });
  fake.failNext('expired', { on: 'file' });
  fake.failNext('hang', { on: 'poll', times: Infinity });
  await post('/images/generations', drawing);
  expect(fake.forgetFaults()).toEqual(['overloaded on create', 'expired on file']);
  expect((await post('/images/generations', drawing)).status).toBe(200);
  expect(fake.forgetFaults()).toEqual([]);
});

it('an answer that is kept back belongs to an accepted request, and is the right one when it goes', async () => {
  const hold = fake.holdNext();
  let answered = false;
  const asking = post('/images/generations', drawing).finally(() => (answered = true));
  await hold.reached;
  expect([fake.creates, answered]).toEqual([1, false]);
  hold.release();
  expect((await asking).status).toBe(200);
});

it.each<[SpeechFormat, string]>([
  ['mp3', 'mp3'],
  ['wav', 'pcm-s16'],
  ['flac', 'flac'],
  ['opus', 'opus'],
  ['aac', 'aac'],
])('its %s is playable and lasts 60 ms a character', async (format, codec) => {
  const file = await buffer(Readable.from(fakeSpeech('a'.repeat(50), format, 1)));
  const input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack();
  expect(await track?.getCodec()).toBe(codec);
  expect(await track?.getNumberOfChannels()).toBe(1);
  expect(await input.computeDuration()).toBeCloseTo(3, 0);
});

it('closing it ends what hangs', async () => {
  fake.failNext('hang');
  const hanging = post('/images/generations', drawing);
  const ended = expect(hanging).rejects.toThrow();
  while (fake.creates === 0) await new Promise(setImmediate);
  await fake.close();
  await ended;
  fake = await startFakeOpenAi();
});
