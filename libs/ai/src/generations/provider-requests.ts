import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { messageOf } from '#core/errors';
import { CallbackAddresses } from '../callbacks/callback-addresses.js';
import { toGenerationRequest } from './generation-request.js';
import type { ClaimedJob } from './claimed-job.js';
import { InputFiles } from '../inputs/input-files.js';
import type { Lease } from './lease.js';
import { findModelEver, isPlayed } from '../models/model-catalogue.js';
import { ProviderAvailability } from '../provider-status/provider-availability.service.js';
import { type OwnKey, ProviderCredentialsService } from '../provider-keys/provider-credentials.service.js';
import { ProviderGates } from '../providers/provider-gates.js';
import { ProviderError } from '../providers/provider.errors.js';
import type {
  GenerationRequest,
  InputFile,
  KeyPace,
  Provider,
  ProviderContext,
  ProviderResult,
} from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { StepBatches } from './step-batches.js';

/** A create that was sent and never answered: whether it was accepted may still turn out. */
export interface UnheardResult {
  state: 'unheard';
  pollAfterMs: number;
  externalId?: undefined;
  progress?: undefined;
}

const LOOKS = 20;
/** Between two looks for a place at the key. */
const SHORTEST_IN_LINE_MS = 250;
const LONGEST_IN_LINE_MS = 15_000;

/** Asks providers: once to begin, then for how it goes. What a provider may have accepted is never submitted again. */
@Injectable()
export class ProviderRequests {
  private readonly logger = new Logger('Generations');

  constructor(
    private readonly batches: StepBatches,
    private readonly providers: ProviderRegistry,
    private readonly credentials: ProviderCredentialsService,
    private readonly availability: ProviderAvailability,
    private readonly gates: ProviderGates,
    private readonly inputFiles: InputFiles,
    private readonly callbacks: CallbackAddresses,
    private readonly config: AppConfig,
  ) {}

  /**
   * The organization's own key that the job's provider is asked with; undefined: the platform's.
   * @throws ProviderError when the key is gone or does not decrypt
   */
  findOwnKey(job: ClaimedJob): Promise<OwnKey | undefined> {
    // What was sent with one key cannot be found with another, answered or not.
    const underWay = job.externalId ?? (job.submitStartedAt ? job.id : null);
    return this.credentials.findForJob({ ...job, externalId: underWay });
  }

  /**
   * Does what is next for a claimed job at its provider.
   * @throws ProviderError
   */
  async ask(job: ClaimedJob, own: OwnKey | undefined, lease: Lease): Promise<ProviderResult | UnheardResult> {
    try {
      return await this.askNext(job, own, lease);
    } catch (error) {
      const isRefusal = error instanceof ProviderError && error.code === 'provider.authentication_failed';
      if (isRefusal && !own) await this.availability.noteRefusal(job.provider);
      throw await this.credentials.explain(error, job, own);
    }
  }

  private async askNext(
    job: ClaimedJob,
    own: OwnKey | undefined,
    lease: Lease,
  ): Promise<ProviderResult | UnheardResult> {
    const provider = this.providers.get(job.provider);
    const context = this.contextOf(provider, job, own, lease.signal);
    const request = toGenerationRequest(job);
    if (job.externalId) {
      const { externalId } = job;
      const files = provider.abilities.makesWhenPolled ? await this.openFiles(job, lease.signal) : {};
      return this.gates.watch(provider.id, context, () => provider.poll(externalId, { ...request, files }, context));
    }
    if (job.submitStartedAt && !provider.abilities.idempotentSubmit) {
      return this.lookFor(provider, job, job.submitStartedAt, context);
    }
    this.gates.admit(provider.id, context);
    const files = await this.openFiles(job, lease.signal);
    await this.begin(provider, job, own, context);
    lease.submitted = true;
    const paced = { ...context, onPace: (pace: KeyPace) => this.gates.note(provider.id, context, pace) };
    return this.submit(provider, job, { ...request, files }, paced, lease);
  }

  /** Tells the provider to stop, when it is known there; best effort of the caller. */
  async cancel(job: ClaimedJob): Promise<void> {
    const provider = this.providers.get(job.provider);
    if (!job.externalId || !provider.abilities.cancel) return;
    const own = await this.findOwnKey(job);
    const context = this.contextOf(provider, job, own, new AbortController().signal);
    await provider.cancel(job.externalId, toGenerationRequest(job), context);
  }

  private contextOf(
    provider: Provider,
    job: ClaimedJob,
    own: OwnKey | undefined,
    signal: AbortSignal,
  ): ProviderContext {
    return {
      signal,
      attempt: job.attempt,
      credentials: own && { apiKey: own.apiKey },
      sinceSubmitMs: job.submitStartedAt ? Date.now() - job.submitStartedAt.getTime() : undefined,
      callbackUrl: provider.abilities.callbacks ? this.callbacks.addressFor(provider.id, job.id) : undefined,
    };
  }

  /** @throws ProviderError (`inLine`) while all places at the key are taken */
  private async begin(
    provider: Provider,
    job: ClaimedJob,
    own: OwnKey | undefined,
    context: ProviderContext,
  ): Promise<void> {
    const set = own ? own.maxConcurrent : this.config.providers.maxConcurrent[provider.id];
    const places = this.gates.placesAt(provider, context, set ?? undefined);
    const outcome = await this.batches.beginSubmit(job, places);
    if (outcome === 'lost') throw new Error('The claim was lost before the submit');
    if (outcome === 'begun') return;
    // The longer a line, the longer its jobs have waited, and the less often each of them asks.
    const waitedMs = Date.now() - job.startedAt.getTime();
    const retryAfterMs = Math.min(LONGEST_IN_LINE_MS, Math.max(SHORTEST_IN_LINE_MS, waitedMs / 8));
    throw new ProviderError('provider.rate_limited', { retry: 'safe', notAsked: true, inLine: true, retryAfterMs });
  }

  private async submit(
    provider: Provider,
    job: ClaimedJob,
    request: GenerationRequest,
    context: ProviderContext,
    lease: Lease,
  ): Promise<ProviderResult | UnheardResult> {
    try {
      return await this.gates.watch(provider.id, context, () => provider.submit(request, context));
    } catch (error) {
      // A wish to stop or a lost claim is not answered by waiting.
      const goesOn = lease.interruption === undefined || lease.interruption === 'shutdown';
      if (!goesOn || !isAmbiguous(error) || !this.mayTurnOut(provider, context)) throw error;
      this.logger.warn(`Nobody knows yet whether ${provider.id} accepted job ${job.id}: ${messageOf(error)}`);
      return this.unheard();
    }
  }

  /** Looks for a generation whose create was sent by a try that never heard of it. */
  private async lookFor(
    provider: Provider,
    job: ClaimedJob,
    since: Date,
    context: ProviderContext,
  ): Promise<ProviderResult | UnheardResult> {
    const lost = new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' });
    if (!this.mayTurnOut(provider, context)) throw lost;
    const found = await provider.recover?.(toGenerationRequest(job), since, context).catch((error: unknown) => {
      // What the provider says of the generation is the answer; that it could not be asked is none.
      if (error instanceof ProviderError && error.options.retry === 'never') throw error;
      this.logger.warn(`Looking for job ${job.id} at ${provider.id} failed: ${messageOf(error)}`);
      return undefined;
    });
    if (found) return found;
    if (Date.now() - since.getTime() >= this.config.providers.recoveryMs) throw lost;
    return this.unheard();
  }

  private unheard(): UnheardResult {
    return { state: 'unheard', pollAfterMs: this.config.providers.recoveryMs / LOOKS };
  }

  /** Whether the end of the job will be reported, so that it need not be asked for. */
  awaitsReport(job: ClaimedJob): boolean {
    const { abilities } = this.providers.get(job.provider);
    return abilities.callbacks && this.config.providers.callbackBaseUrl !== undefined;
  }

  private mayTurnOut(provider: Provider, context: ProviderContext): boolean {
    return provider.abilities.callbacks && context.callbackUrl !== undefined;
  }

  private async openFiles(job: ClaimedJob, signal: AbortSignal): Promise<Record<string, InputFile[]>> {
    const model = findModelEver(job.model);
    if (!model.inputFiles || isPlayed(model, job.testMode)) return {};
    return this.inputFiles.open(job.organizationId, job.input, model, signal);
  }
}

function isAmbiguous(error: unknown): boolean {
  return error instanceof ProviderError && error.options.retry === 'ambiguous';
}
