import type { Readable } from 'node:stream';

export const MEDIA_TYPES = ['image', 'video', 'audio'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** A file that the request refers to, fetched and checked before the provider is asked. */
export interface InputFile {
  bytes: Buffer;
  /** By its bytes, not by what anybody claimed. */
  mimeType: string;
  width?: number;
  height?: number;
  durationMs?: number;
  /** Where the provider can fetch it for an hour; undefined when the platform cannot be reached from outside. */
  url?: string;
}

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
  /** The typical time from start to file; spaces the polls. */
  expectedMs: number;
  input: Readonly<Record<string, unknown>>;
  /** The files behind the input's references, by field; empty for a poll, unless the provider makes files then. */
  files: Readonly<Record<string, readonly InputFile[]>>;
}

/** What a provider authenticates with. Lives as long as one call; never stored, logged or sent on a queue. */
export interface ProviderCredentials {
  apiKey: string;
}

/** What an answer says about the limits of the key that was used. */
export interface KeyPace {
  /** Nothing is left for so long. */
  pauseMs?: number;
  /** So many generations at once. */
  maxConcurrent?: number;
}

export interface ProviderContext {
  /** Aborted when the lease is lost, the deadline passed or the worker stops. */
  signal: AbortSignal;
  /** 1 for the first try. */
  attempt: number;
  /** The organization's own, to be used instead of the platform's; absent: the platform's. */
  credentials?: ProviderCredentials;
  /** How long the generation is under way, for polls. */
  sinceSubmitMs?: number;
  /** Where the provider may report the end of this generation; undefined when the API cannot be reached from outside. */
  callbackUrl?: string;
  /** Told what an answer says about the key's limits, whatever else it says. */
  onPace?: (pace: KeyPace) => void;
}

/** One file in hand. Streams are read once, straight into storage. */
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

/** One file that waits at the provider, usually for minutes only. */
export interface RemoteOutput {
  url: string;
  seed?: bigint;
  metadata?: Record<string, unknown>;
}

/** What was consumed, by price component and unit (`{ output: 2 }` images); money is computed from it by pricing. */
export interface ProviderUsage {
  /** What the provider charges us, USD micros; null when it cannot be known yet. */
  costUsdMicros: bigint | null;
  /** Counted units by price component, e.g. `{ input_text: 32n }`; what is left out is counted from the files. */
  quantities: Record<string, bigint>;
}

export interface DoneResult {
  state: 'done';
  outputs: (ProviderOutput | RemoteOutput)[];
  usage: ProviderUsage;
}

export interface PendingResult {
  state: 'pending';
  externalId: string;
  pollAfterMs: number;
  /** Percent. */
  progress?: number;
}

export type ProviderResult = DoneResult | PendingResult;

/** What a provider can do; the pipeline decides by these, never by a provider's name. */
export interface ProviderAbilities {
  /** Submitting the same job twice costs nothing and makes the same files: a crashed submit may simply be repeated. */
  idempotentSubmit: boolean;
  /** The provider can be told to stop a running generation. */
  cancel: boolean;
  /** The provider reports ends to `callbackUrl`, naming the generation: so a create whose answer was lost is found again. */
  callbacks: boolean;
  /** A poll may make the files, and is given those behind the input as well. */
  makesWhenPolled?: boolean;
  /** How many generations a key may have under way, until its owner or the provider says; absent: any number. */
  usualConcurrency?: number;
}

/** What came in at the callback address, as it came. */
export interface ProviderCallback {
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  rawBody: Buffer;
}

/** What a genuine callback says. It is only a hint: the pipeline asks the provider itself before it believes an end. */
export interface CallbackNews {
  externalId: string;
}

/** How a provider is doing. */
export interface ProviderHealth {
  state: 'healthy' | 'degraded' | 'down';
  latencyMs: number;
  /** For operators; holds no secret. */
  detail?: string;
  /** It answers, and does not take the key. */
  keyRefused?: boolean;
}

/**
 * A provider of generations. `submit` may answer at once (`done`) or hand out an id to poll. Whose key is used is decided
 * per call.
 * Every failure is a `ProviderError` (see provider.errors.ts) that says whether a retry is safe.
 */
export interface Provider {
  readonly id: string;
  readonly abilities: ProviderAbilities;
  /** Whether the platform has credentials, so that its models can be offered to everybody. */
  isConfigured(): boolean;
  submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult>;
  poll(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<ProviderResult>;
  /** @throws ProviderError when the provider may go on, or was ready before it heard of it: it may bill then */
  cancel(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<void>;
  /**
   * Finds a generation whose create was sent but never answered.
   * @param since when it was sent
   * @returns undefined when the provider knows nothing of it, or cannot tell
   */
  recover?(request: GenerationRequest, since: Date, context: ProviderContext): Promise<ProviderResult | undefined>;
  /** @returns undefined when the signature, the age or the body is not what the provider sends */
  parseCallback(callback: ProviderCallback, context: ProviderContext): Promise<CallbackNews | undefined>;
  /** Asks for something that costs nothing. Never throws. */
  health(context: ProviderContext): Promise<ProviderHealth>;
}

/** Whether an output still has to be fetched. */
export function isRemote(output: ProviderOutput | RemoteOutput): output is RemoteOutput {
  return 'url' in output;
}
