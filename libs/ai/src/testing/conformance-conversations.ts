import { fakeSpeech } from './fake-speech.js';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { ElevenLabsProvider } from '../providers/elevenlabs.provider.js';
import { FreepikProvider } from '../providers/freepik.provider.js';
import { OpenAiProvider } from '../providers/openai.provider.js';
import { ProviderError } from '../providers/provider.errors.js';
import {
  type GenerationRequest,
  type InputFile,
  isRemote,
  type Provider,
  type ProviderResult,
} from '../providers/provider.js';
import { ReplicateProvider } from '../providers/replicate.provider.js';
import { MODELS } from '../models/model-catalogue.js';
import { leastInput } from './least-input.js';
import { FakeElevenLabs } from './fake-elevenlabs.js';
import { FakeFreepik } from './fake-freepik.js';
import { startFakeOpenAi } from './fake-openai-server.js';
import { fakePicture } from './fake-picture.js';
import { FakeReplicate } from './fake-replicate.js';
import type { FakeExchange, FakeServer } from './fake-server.js';

type Listener = (exchange: FakeExchange) => void;

const TIMEOUT_MS = 30_000;
const CALLBACK_URL = 'https://agency.example.com/api/ai/callbacks/provider/token';
/** Above what travels within a request to Replicate. */
const LARGE_BYTES = 300 * 1024;

/** Lets a provider say all it can say to its fake. */
export const CONVERSATIONS = {
  openai: async (onExchange: Listener) => {
    await using fake = await closing(startFakeOpenAi({ onExchange }));
    const provider = new OpenAiProvider(keysOf(fake.it));
    await askEveryModel(provider, fake.it);
    await converseWithOpenAi(provider, fake.it);
    await provider.health(context());
  },
  replicate: async (onExchange: Listener) => {
    await using fake = await closing(FakeReplicate.start({ onExchange, pollsToFinish: 2 }));
    const provider = new ReplicateProvider(keysOf(fake.it));
    await sayEverything(provider, fake.it);
    await provider.recover(await requestOf('replicate/google/imagen-4'), new Date(), context()).catch(refused);
    // The secret is asked for where none is configured.
    const [task] = fake.it.tasks.all();
    if (task) {
      const { headers, body } = fake.it.report(task);
      await provider.parseCallback({ headers, rawBody: Buffer.from(body) }, context());
    }
  },
  elevenlabs: async (onExchange: Listener) => {
    await using fake = await closing(FakeElevenLabs.start({ onExchange }));
    await sayEverything(new ElevenLabsProvider(keysOf(fake.it)), fake.it);
  },
  freepik: async (onExchange: Listener) => {
    await using fake = await closing(FakeFreepik.start({ onExchange, pollsToFinish: 2 }));
    const { keyHeader } = fake.it;
    await sayEverything(new FreepikProvider({ ...keysOf(fake.it), keyHeader }), fake.it);
  },
};

async function closing<Fake extends FakeServer>(starting: Promise<Fake>) {
  const it = await starting;
  return { it, [Symbol.asyncDispose]: () => it.close() };
}

const keysOf = ({ baseUrl, apiKey }: FakeServer) => ({ baseUrl, apiKey, timeoutMs: TIMEOUT_MS });
const context = () => ({ signal: new AbortController().signal, attempt: 1, callbackUrl: CALLBACK_URL });

/** Every model of the provider, with a file for each field that takes one. */
async function askEveryModel(provider: Provider, fake: FakeServer): Promise<void> {
  for (const { id } of MODELS.filter((model) => model.provider === provider.id)) {
    const before = fake.creates;
    await generate(provider, await requestOf(id));
    if (fake.creates === before) throw new Error(`${id} was not accepted: its operation would go unchecked`);
  }
}

/** Every model, every refusal, a stop, and how it is doing. */
async function sayEverything(provider: Provider, fake: FakeServer): Promise<void> {
  await askEveryModel(provider, fake);
  const first = MODELS.find((model) => model.provider === provider.id);
  if (!first) throw new Error(`No model of ${provider.id}`);
  const request = await requestOf(first.id);
  for (const fault of ['unauthorized', 'quota', 'invalid_input', 'rate_limited', 'server_error_after', 'overloaded']) {
    fake.failNext(fault);
    await generate(provider, request);
  }
  for (const fault of ['task_failed', 'task_refused']) {
    fake.failNext(fault);
    await generate(provider, request);
  }
  fake.forgetFaults();
  const begun = await provider.submit(request, context());
  if (begun.state === 'pending') await provider.cancel(begun.externalId, request, context()).catch(refused);
  else await drain(begun);
  await provider.health(context());
}

/** From its begin to its files; refusals are part of the conversation. */
async function generate(provider: Provider, request: GenerationRequest): Promise<void> {
  try {
    let result = await provider.submit(request, context());
    for (let polls = 0; result.state === 'pending' && polls < 5; polls += 1) {
      result = await provider.poll(result.externalId, request, context());
    }
    await drain(result);
  } catch (error) {
    refused(error);
  }
}

function refused(error: unknown): void {
  if (!(error instanceof ProviderError)) throw error;
}

async function drain(result: ProviderResult): Promise<void> {
  for (const output of result.state === 'done' ? result.outputs : []) {
    if (!isRemote(output) && !Buffer.isBuffer(output.body)) await output.body.forEach(() => undefined);
  }
}

/** A request for a model of the catalogue, with its defaults filled in and a file for every field that takes one. */
async function requestOf(id: string): Promise<GenerationRequest> {
  const model = MODELS.find((one) => one.id === id);
  if (!model) throw new Error(`No model ${id}`);
  const parsed = model.input.parse({ ...leastInput(model) });
  const fields = Object.entries(model.inputFiles ?? {});
  const files: Record<string, InputFile[]> = {};
  for (const [field, type] of fields) files[field] = [type === 'audio' ? await recording() : await picture()];
  const named = Object.fromEntries(fields.map(([field]) => [field, parsed[field] ?? 'https://example.com/file']));
  return {
    ...IDS,
    type: model.type,
    model: id,
    providerModel: model.providerModel,
    ability: model.ability,
    expectedMs: model.expectedMs,
    input: { ...parsed, ...named },
    files,
  };
}

const IDS = {
  jobId: '01900000-0000-7000-8000-000000000001',
  organizationId: '01900000-0000-7000-8000-000000000002',
};

async function picture(): Promise<InputFile> {
  const drawing = { prompt: 'x', index: 0, width: 64, height: 64, format: 'png', transparent: false } as const;
  const bytes = Buffer.concat([await fakePicture(drawing), Buffer.alloc(LARGE_BYTES)]);
  return { bytes, mimeType: 'image/png', width: 64, height: 64, url: 'https://agency.example.com/api/files/a.png' };
}

async function recording(): Promise<InputFile> {
  return {
    bytes: await buffer(Readable.from(fakeSpeech('x'.repeat(50), 'wav', 1))),
    mimeType: 'audio/wav',
    durationMs: 3000,
  };
}

const IMAGES: readonly Record<string, unknown>[] = [
  { prompt: 'A lighthouse at dawn' },
  { prompt: 'Two foxes', n: 2, size: '1536x1024', quality: 'low', output_format: 'jpeg', output_compression: 70 },
  { prompt: 'A logo', size: '1024x1536', quality: 'high', output_format: 'webp', background: 'transparent' },
  { prompt: 'A banner', size: '1792x944', quality: 'medium', moderation: 'low', background: 'opaque' },
  { prompt: 'A crooked size', size: '1000x1000' },
];
const SPEECHES: readonly Record<string, unknown>[] = [
  { input: 'Good morning.', voice: 'alloy' },
  ...['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'].map((format) => ({
    input: 'Every format.',
    voice: 'marin',
    response_format: format,
    speed: 1.5,
  })),
  { input: 'Cheerfully!', voice: 'coral', instructions: 'Speak cheerfully.' },
  { input: 'Nobody speaks like this.', voice: 'nobody' },
];

/** What the catalogue does not ask for as well: other sizes, formats and models. */
async function converseWithOpenAi(provider: Provider, fake: FakeServer): Promise<void> {
  const asked = (ability: string, providerModel: string, input: Record<string, unknown>): GenerationRequest => ({
    ...IDS,
    type: ability === 'speech' ? 'audio' : 'image',
    model: `openai/${providerModel}`,
    providerModel,
    ability,
    expectedMs: 1000,
    input,
    files: {},
  });
  for (const model of ['gpt-image-2', 'gpt-image-2.5-sunburst', 'no-such-model']) {
    for (const input of IMAGES) await generate(provider, asked('image-generation', model, input));
  }
  for (const model of ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts']) {
    for (const input of SPEECHES) await generate(provider, asked('speech', model, input));
  }
  // Those that end in a whole answer of OpenAI's own, so that there is something to hold against its description.
  const faults = ['unauthorized', 'forbidden', 'rate_limited', 'insufficient_quota', 'billing_limit'];
  for (const fault of [...faults, 'content_policy', 'overloaded', 'server_error_after']) {
    fake.failNext(fault, { times: 2 });
    await generate(provider, asked('image-generation', 'gpt-image-2', { prompt: 'x' }));
    await generate(provider, asked('speech', 'tts-1', { input: 'x', voice: 'alloy' }));
  }
}
