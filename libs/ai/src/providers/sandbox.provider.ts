import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { countCharacters, inputText } from '../input-text.js';
import { ProviderError, type ProviderErrorCode, type ProviderErrorOptions } from './provider.errors.js';
import type {
  GenerationRequest,
  Provider,
  ProviderContext,
  ProviderHealth,
  ProviderOutput,
  ProviderResult,
} from './provider.js';
import { transcriptOutput } from './transcript.js';
import { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from './sandbox/index.js';

interface Simulation {
  latencyMs?: number;
  failure?: string;
  failAttempts?: number;
}

/** Longer generations are handed back to the queue and polled, as with a real asynchronous provider. */
const SYNCHRONOUS_UP_TO_MS = 1000;
const LONGEST_POLL_MS = 5000;

const FAILURES: Record<string, [ProviderErrorCode, ProviderErrorOptions['retry']]> = {
  invalid_input: ['provider.invalid_input', 'never'],
  content_policy: ['provider.content_policy', 'never'],
  rate_limited: ['provider.rate_limited', 'safe'],
  unavailable: ['provider.unavailable', 'safe'],
  generation_failed: ['provider.generation_failed', 'never'],
  outcome_unknown: ['provider.outcome_unknown', 'ambiguous'],
};

/**
 * The built-in provider: real files without a network, for demos, tests, CI and test keys. Everything it makes is
 * labelled as sandbox. It serves any model's input (a test key runs every model here).
 */
export class SandboxProvider implements Provider {
  readonly id = 'sandbox';
  readonly abilities = { idempotentSubmit: true, cancel: true, callbacks: false };

  constructor(private readonly options: { latencyMs: number }) {}

  isConfigured(): boolean {
    return true;
  }

  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const simulation = simulationOf(request);
    failOnDemand(simulation, context.attempt);
    const latencyMs = simulation.latencyMs ?? this.options.latencyMs;
    if (latencyMs > SYNCHRONOUS_UP_TO_MS) {
      const now = Date.now();
      // The id carries all there is to know, so that any worker can go on with it.
      return {
        state: 'pending',
        externalId: `sandbox-${now}-${now + latencyMs}`,
        pollAfterMs: Math.min(latencyMs / 4, LONGEST_POLL_MS),
        progress: 0,
      };
    }
    await sleep(latencyMs, undefined, { signal: context.signal });
    return render(request);
  }

  poll(externalId: string, request: GenerationRequest): Promise<ProviderResult> {
    const [, begun = 0, ready = 0] = externalId.split('-').map(Number);
    const now = Date.now();
    if (now >= ready) return render(request);
    const progress = Math.floor((100 * (now - begun)) / (ready - begun));
    return Promise.resolve({
      state: 'pending',
      externalId,
      pollAfterMs: Math.min(ready - now, (ready - begun) / 4, LONGEST_POLL_MS),
      progress,
    });
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }

  parseCallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  health(): Promise<ProviderHealth> {
    return Promise.resolve({ state: 'healthy', latencyMs: 0 });
  }
}

function simulationOf(request: GenerationRequest): Simulation {
  return (request.input['simulate'] as Simulation | undefined) ?? {};
}

function failOnDemand(simulation: Simulation, attempt: number): void {
  const failure = simulation.failure ? FAILURES[simulation.failure] : undefined;
  if (!failure || attempt > (simulation.failAttempts ?? Number.POSITIVE_INFINITY)) return;
  const [code, retry] = failure;
  throw new ProviderError(code, {
    retry,
    // A rate limit that names its end is waited for and costs no try; this one is to be met again and again.
    retryAfterMs: code === 'provider.unavailable' ? 200 : undefined,
    providerMessage: 'simulated',
  });
}

async function render(request: GenerationRequest): Promise<ProviderResult> {
  if (request.ability === 'transcription') return transcribe();
  const outputs = await OUTPUTS[request.type](request).catch((error: unknown) => {
    // A test key runs any model here, and some may ask for more than the sandbox draws.
    if (!(error instanceof RangeError)) throw error;
    throw new ProviderError('provider.invalid_input', { retry: 'never', providerMessage: error.message, cause: error });
  });
  return { state: 'done', outputs, usage: { costUsdMicros: 0n, quantities: quantitiesOf(request, outputs) } };
}

/** The sandbox listens to nobody. */
function transcribe(): ProviderResult {
  const text = 'Sandbox: nothing was listened to.';
  // Two words a second, so that subtitles can be tried out.
  const words = text.split(' ').map((word, index) => ({ text: word, start: index / 2, end: (index + 1) / 2 }));
  const output = transcriptOutput({ text, language: 'en', words });
  return { state: 'done', outputs: [output], usage: { costUsdMicros: 0n, quantities: {} } };
}

const OUTPUTS: Record<GenerationRequest['type'], (request: GenerationRequest) => Promise<ProviderOutput[]>> = {
  image: async (request) => {
    const { width, height } = sizeOf(request, 1024, 1024);
    const count = Number(request.input['n'] ?? 1);
    const asked = request.input['output_format'];
    // Models call JPEG by either name.
    const format = (asked === 'jpg' ? 'jpeg' : (asked ?? 'png')) as 'png' | 'webp' | 'jpeg';
    const outputs: ProviderOutput[] = [];
    for (let index = 0; index < count; index++) {
      const seed = (seedOf(request) + index) % 2 ** 32;
      const image = await renderSandboxImage({ prompt: inputText(request.input), seed, width, height, format });
      outputs.push({ mimeType: image.mimeType, body: image.bytes, width, height, seed: BigInt(seed) });
    }
    return outputs;
  },
  video: async (request) => {
    const { width, height } = sizeOf(request, 640, 360);
    const seed = seedOf(request);
    const seconds = Number(request.input['duration'] ?? 4);
    const video = await renderSandboxVideo({ prompt: inputText(request.input), seed, width, height, seconds });
    return [{ ...video, body: video.bytes, seed: BigInt(seed) }];
  },
  audio: async (request) => {
    const seed = seedOf(request);
    const audio = await renderSandboxAudio({
      text: inputText(request.input),
      seed,
      voice: request.input['voice'] as string | undefined,
      kind: (request.input['kind'] ?? 'speech') as 'speech' | 'sound-effect' | 'music',
      format: request.input['output_format'] === 'wav' ? 'wav' : 'mp3',
    });
    return [{ ...audio, body: audio.bytes, seed: BigInt(seed) }];
  },
};

/** The units the catalogue prices: images, seconds, characters. */
function quantitiesOf(request: GenerationRequest, outputs: ProviderOutput[]): Record<string, bigint> {
  switch (request.type) {
    case 'image':
      return { output: BigInt(outputs.length) };
    case 'video':
      return { output: BigInt(Math.ceil((outputs[0]?.durationMs ?? 0) / 1000)) };
    case 'audio':
      return { output: countCharacters(inputText(request.input)) };
  }
}

function sizeOf(request: GenerationRequest, width: number, height: number): { width: number; height: number } {
  const match = /^(\d+)x(\d+)$/.exec(request.input['size'] as string);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : { width, height };
}

/** Without a seed of the request, one from the job's id: a repeated run makes the same file. */
function seedOf(request: GenerationRequest): number {
  const asked = request.input['seed'];
  return typeof asked === 'number' ? asked : createHash('sha256').update(request.jobId).digest().readUInt32BE();
}
