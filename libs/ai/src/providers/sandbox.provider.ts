import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError, type ProviderErrorCode, type ProviderErrorOptions } from './provider.errors.js';
import type { GenerationRequest, Provider, ProviderContext, ProviderHealth, ProviderResult } from './provider.js';
import { makeSandboxOutputs } from './sandbox-outputs.js';

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
 * The built-in provider: real files without a network, for demos, tests, CI and test keys. Everything it draws is
 * labelled as sandbox. It serves any model's input (a test key runs every model here).
 */
export class SandboxProvider implements Provider {
  readonly id = 'sandbox';
  readonly abilities = { idempotentSubmit: true, cancel: true, callbacks: false, makesWhenPolled: true };

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
    isPlayed: true,
    retryAfterMs: code === 'provider.unavailable' ? 200 : undefined,
    providerMessage: 'simulated',
  });
}

async function render(request: GenerationRequest): Promise<ProviderResult> {
  const { outputs, quantities } = await makeSandboxOutputs(request).catch((error: unknown) => {
    // A test key runs any model here, and some may ask for more than the sandbox draws.
    if (!(error instanceof RangeError)) throw error;
    throw new ProviderError('provider.invalid_input', { retry: 'never', providerMessage: error.message, cause: error });
  });
  return { state: 'done', outputs, usage: { costUsdMicros: 0n, quantities } };
}
