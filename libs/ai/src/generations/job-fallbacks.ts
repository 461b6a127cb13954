import { Injectable, Logger } from '@nestjs/common';
import { creditsFor, freezePrice, frozenFallbacks, PricingService, thawFallback } from '#billing';
import { type Db, InjectDb } from '#core/db';
import { isAppError, messageOf } from '#core/errors';
import { EventsRepository } from '#core/events';
import { EventSignals } from '#core/realtime';
import type { ClaimedJob } from './claimed-job.js';
import { GenerationsRepository, type Route } from './generations.repository.js';
import { fallbackInput } from '../models/fallback-input.js';
import { findModel, findModelEver } from '../models/model-catalogue.js';
import { maximumOf } from '../models/usage.js';
import { ProviderCredentialsService } from '../provider-keys/provider-credentials.service.js';
import type { ProviderError, ProviderErrorCode } from '../providers/provider.errors.js';
import { ProviderAvailability } from '../provider-status/provider-availability.service.js';

/** Refusals of this provider, account or key, which another provider may not share. */
const ELSEWHERE_PERHAPS: readonly ProviderErrorCode[] = [
  'provider.authentication_failed',
  'provider.own_key_refused',
  'provider.own_key_unusable',
  'provider.quota_exhausted',
  'provider.own_quota_exhausted',
  'provider.not_configured',
  'provider.rate_limited',
  'provider.unavailable',
];
/** With another model at hand nobody waits longer than this for a provider that asks for patience. */
const PATIENCE_MS = 5000;

/**
 * Moves a job on to the next model of its chain, as long as no provider has accepted it. What may have been accepted
 * never moves: it could be paid for twice.
 */
@Injectable()
export class JobFallbacks {
  private readonly logger = new Logger('Generations');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly pricing: PricingService,
    private readonly availability: ProviderAvailability,
    private readonly credentials: ProviderCredentialsService,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  /** Whether a failure is a reason to go to the next model, rather than to try this one again. */
  isReason(job: ClaimedJob, { code, options }: ProviderError, triesLeft: boolean): boolean {
    if (job.fallbackModels.length === 0 || job.externalId || options.retry === 'ambiguous') return false;
    if (!ELSEWHERE_PERHAPS.includes(code)) return false;
    const patient = options.retry === 'safe' && triesLeft && (options.retryAfterMs ?? 0) <= PATIENCE_MS;
    return !patient || options.notAsked === true;
  }

  /**
   * Puts the job in line for the next model that can be used and costs no more than is held.
   * @returns false when there is none, or the claim was lost
   */
  async moveOn(job: ClaimedJob, reason: ProviderError): Promise<boolean> {
    for (const [index, model] of job.fallbackModels.entries()) {
      const route = await this.routeTo(job, model).catch((error: unknown) => {
        // A model that was retired, or a price that went up since; anything else is a fault worth a try of the queue.
        if (!isAppError(error)) throw error;
        this.logger.warn(`Job ${job.id} cannot move on to ${model}: ${messageOf(error)}`);
        return undefined;
      });
      if (!route) continue;
      const moved = await this.write(job, route, index + 1, reason);
      if (moved) this.signals.announce([job.organizationId]);
      return moved;
    }
    return false;
  }

  private async routeTo(job: ClaimedJob, modelId: string): Promise<Route | undefined> {
    const model = findModel(modelId);
    const reachable =
      job.testMode ||
      (await this.availability.isServed(model.provider)) ||
      (await this.credentials.has(job.organizationId, model.provider));
    if (!reachable) return undefined;
    const input = fallbackInput(findModelEver(job.model), job.input, model);
    const question = model.price(input);
    const fallbacks = frozenFallbacks(job.price);
    // Another model on the way may have left less of the request than was priced when it was accepted.
    const price =
      thawFallback(fallbacks, model.id, question.dimensions) ??
      (await this.pricing.findPrice(model.id, question.dimensions));
    if (!job.testMode && creditsFor(price, await maximumOf(question)) > job.heldCredits) return undefined;
    const provider = job.testMode ? job.provider : model.provider;
    return { model: model.id, provider, input, price: freezePrice(price, fallbacks), priceVersion: price.version };
  }

  private write(job: ClaimedJob, route: Route, used: number, reason: ProviderError): Promise<boolean> {
    return this.db.transaction().execute(async (trx) => {
      if (!(await this.generations.reroute(trx, job, route, used))) return false;
      const data = {
        jobId: job.id,
        type: job.type,
        status: 'queued',
        from: { model: job.model, provider: job.provider },
        to: { model: route.model, provider: route.provider },
        error: { code: reason.code, message: reason.message },
        attempt: job.attempt,
      };
      const { organizationId, projectId } = job;
      await this.events.append(trx, [{ organizationId, type: 'job.rerouted', subjectId: job.id, projectId, data }]);
      return true;
    });
  }
}
