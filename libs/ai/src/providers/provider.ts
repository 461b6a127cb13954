import type { Readable } from 'node:stream';

export type MediaType = 'image' | 'video' | 'audio';

/** One generation, ready for a provider: the input has passed the model's schema. */
export interface GenerationRequest {
  jobId: string;
  organizationId: string;
  type: MediaType;
  /** The catalogue's model id, e.g. `openai/gpt-image-2`. */
  model: string;
  /** The model's name at the provider, e.g. `gpt-image-2`. */
  providerModel: string;
  /** What the model does, when a provider serves several abilities, e.g. `speech`, `sound-effect`. */
  ability: string;
  input: Readonly<Record<string, unknown>>;
}

export interface ProviderContext {
  /** Aborted when the lease is lost, the deadline passed or the worker stops. */
  signal: AbortSignal;
  /** 1 for the first try. */
  attempt: number;
  /** The organization's own, to be used instead of the platform's; absent: the platform's. */
  credentials?: ProviderCredentials;
}

/** What a provider authenticates with. Lives as long as one call; never stored, logged or sent on a queue. */
export interface ProviderCredentials {
  apiKey: string;
}

/** One file. Streams are read once, straight into storage. */
export interface ProviderOutput {
  mimeType: string;
  body: Readable | Buffer;
  width?: number;
  height?: number;
  durationMs?: number;
  /** The seed that reproduces the output, where the model has one. */
  seed?: bigint;
  metadata?: Record<string, unknown>;
}

/** What was consumed, by price component and unit (`{ output: 2 }` images); money is computed from it by pricing. */
export interface ProviderUsage {
  /** What the provider charges us, USD micros; null when it cannot be known yet. */
  costUsdMicros: bigint | null;
  /** Counted units by price component, e.g. `{ output: 1n, input_text: 32n }`. */
  quantities: Record<string, bigint>;
}

export type ProviderResult =
  | { state: 'done'; outputs: ProviderOutput[]; usage: ProviderUsage }
  | { state: 'pending'; externalId: string; pollAfterMs: number; progress?: number };

/** What a provider can do; the pipeline decides by these, never by a provider's name. */
export interface ProviderAbilities {
  /** Submitting the same job twice costs nothing and makes the same files: a crashed submit may simply be repeated. */
  idempotentSubmit: boolean;
  /** The provider can be told to stop a running generation. */
  cancel: boolean;
}

/**
 * A provider of generations. `submit` may answer at once (`done`) or hand out an id to poll.
 * Every failure is a `ProviderError` (see provider.errors.ts) that says whether a retry is safe.
 */
export interface Provider {
  readonly id: string;
  readonly abilities: ProviderAbilities;
  /** Whether the platform has credentials, so that its models can be offered to everybody. */
  isConfigured(): boolean;
  submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult>;
  poll(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<ProviderResult>;
  cancel(externalId: string, request: GenerationRequest): Promise<void>;
}
