import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  creditsFor,
  freezePrice,
  type FrozenFallbacks,
  frozenFallbacks,
  type FrozenPrice,
  type Price,
  PricingService,
  thawFallback,
  thawPrice,
  UnpricedModel,
} from '#billing';
import { canonicalJson } from '#core/crypto';
import { type AppError, InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import { ModelRetired, ModelUnavailable, UnknownModel } from '../ai.errors.js';
import { JobInputs } from '../inputs/job-inputs.js';
import type { PricedInputDto } from './jobs.dto.js';
import type { ModelDefinition, PriceQuestion } from '../models/model.js';
import { fallbackInput } from '../models/fallback-input.js';
import { findModel, isRetired, MODELS, parseInput } from '../models/model-catalogue.js';
import { maximumOf } from '../models/usage.js';
import { ProviderCredentialsService } from '../provider-keys/provider-credentials.service.js';
import { ProviderAvailability } from '../provider-status/provider-availability.service.js';

/** A request that may become a job: model found, input checked, price known. */
export interface PricedRequest {
  model: ModelDefinition;
  input: Record<string, unknown>;
  price: Price;
  /** With those of the models that it may move on to. */
  frozenPrice: FrozenPrice;
  /** What it is expected to cost: made by the model that is asked for. */
  estimatedCredits: bigint;
  /** What it can cost at most, whichever model of the chain makes it; this is held. */
  maximumCredits: bigint;
  /**
   * Identifies model and input, whatever the order of keys, and whether a test key asks: a promise of price made to a live
   * caller is not a test job's to use up.
   */
  hash: string;
}

/** A promise of price: what model and input it is for, the most they can cost, and the price that was frozen for them. */
export interface PromisedPrice {
  inputHash: string;
  maxCredits: bigint;
  price: unknown;
}

/** What is asked for: a model, its input, and the models to go on with. */
type Asked = PricedInputDto & { fallbackModels?: readonly string[] };

type Priced = Omit<PricedRequest, 'frozenPrice'> & { question: PriceQuestion };

/** Turns what a caller sent into a priced request, or refuses it before anything is held. */
@Injectable()
export class JobRequests {
  constructor(
    private readonly pricing: PricingService,
    private readonly availability: ProviderAvailability,
    private readonly credentials: ProviderCredentialsService,
    private readonly inputs: JobInputs,
  ) {}

  /**
   * A model is available with the platform's key or one of the organization's own; under a test key any model runs on
   * the sandbox. What a promise for the same model and input was priced by prices the request, and today's prices the rest.
   * @throws UnknownModel, ModelRetired, ModelUnavailable, InvalidRequest, UnpricedModel, AddressRefused
   */
  async prepare(
    tenant: Tenant,
    { model, input, fallbackModels = [] }: Asked,
    promise?: PromisedPrice,
  ): Promise<PricedRequest> {
    const keptFor = (hash: string) => (promise?.inputHash === hash ? promise : undefined);
    const { question: _, ...first } = await this.priced(tenant, model, input, ({ hash }) => {
      const kept = keptFor(hash);
      return kept && thawPrice(kept.price);
    });
    const { fallbacks, maximumCredits } = await this.priceFallbacks(tenant, first, fallbackModels, keptFor(first.hash));
    return { ...first, maximumCredits, frozenPrice: freezePrice(first.price, fallbacks) };
  }

  /** @param promised the price to keep, where there is one */
  private async priced(
    tenant: Tenant,
    modelId: string,
    rawInput: unknown,
    promised: (request: { hash: string; question: PriceQuestion }) => Price | undefined,
  ): Promise<Priced> {
    const model = findModel(modelId);
    if (!tenant.testMode && !(await this.isAvailable(tenant, model.provider))) {
      throw ModelUnavailable(
        `${model.id} needs the provider ${model.provider}, which cannot be used here now. Choose another model, or bring a key of your own.`,
      );
    }
    const parsed = parseInput(model, rawInput, tenant.testMode);
    this.inputs.check(model, parsed);
    const input = await this.inputs.fit(tenant, model, parsed);
    const hash = createHash('sha256')
      .update(canonicalJson({ model: model.id, input, ...(tenant.testMode && { testMode: true }) }))
      .digest('hex');
    const question = model.price(input);
    const price = promised({ hash, question }) ?? (await this.currentPrice(model, question));
    const maximumCredits = creditsFor(price, await maximumOf(question));
    return { model, input, question, price, estimatedCredits: maximumCredits, maximumCredits, hash };
  }

  private currentPrice(model: ModelDefinition, { dimensions }: PriceQuestion): Promise<Price> {
    return this.pricing.findPrice(model.id, dimensions).catch(async (error: unknown) => {
      throw UnpricedModel.is(error) ? await this.unpriced(model, error) : error;
    });
  }

  /**
   * Checks the models that a job may move on to: each can make the same. Who names a dearer one agrees to its price, but for
   * a promise, which is never exceeded.
   * @returns their prices, frozen, and the most that the job can cost with them
   * @throws the refusals of `prepare`; InvalidRequest naming the model at fault
   */
  private async priceFallbacks(
    tenant: Tenant,
    first: Pick<PricedRequest, 'model' | 'input' | 'maximumCredits'>,
    fallbackModels: readonly string[],
    promise: PromisedPrice | undefined,
  ): Promise<{ fallbacks: FrozenFallbacks; maximumCredits: bigint }> {
    const promised = promise ? frozenFallbacks(promise.price) : {};
    const fallbacks: Record<string, FrozenFallbacks[string]> = {};
    let mostCredits = first.maximumCredits;
    for (const [index, id] of fallbackModels.entries()) {
      const fault = (code: string, message: string): Error =>
        InvalidRequest({
          detail: 'Choose other models to go on with.',
          errors: [{ pointer: `/fallbackModels/${index}`, code, message }],
        });
      const input = inputFor(findFallback(id, fault), first, fault);
      const { price, question, maximumCredits } = await this.priced(tenant, id, input, ({ question }) =>
        thawFallback(promised, id, question.dimensions),
      );
      if (promise && maximumCredits > promise.maxCredits) {
        throw fault(
          'too_expensive',
          `may cost ${maximumCredits} credits; the quote promises ${promise.maxCredits} at most. Ask for a quote with it`,
        );
      }
      if (maximumCredits > mostCredits) mostCredits = maximumCredits;
      fallbacks[id] = { ...freezePrice(price), dimensions: question.dimensions };
    }
    return { fallbacks, maximumCredits: mostCredits };
  }

  /** Names what to use instead: the successor, or another model of the same ability that has a price. */
  private async unpriced(model: ModelDefinition, cause: AppError): Promise<AppError> {
    const successors = MODELS.filter(({ id }) => id === model.retirement?.successor);
    // The sandbox only plays a model: nobody who asked for a real one is sent there.
    const others = MODELS.filter(
      ({ ability, id, provider }) => ability === model.ability && id !== model.id && provider !== 'sandbox',
    );
    for (const candidate of [...successors, ...others]) {
      if (isRetired(candidate, new Date()) || !(await this.availability.isServed(candidate.provider))) continue;
      const rows = await this.pricing.listRows(candidate.id);
      if (!rows.some(({ creditsPerUnit }) => creditsPerUnit !== null)) continue;
      return UnpricedModel({ ...cause.details, detail: `${cause.message} ${candidate.id} can be used instead.` });
    }
    return cause;
  }

  /** Whether a provider can be asked for the organization: with the platform's key or one of its own. */
  async isAvailable(tenant: Tenant, provider: string): Promise<boolean> {
    return (await this.availability.isServed(provider)) || this.credentials.has(tenant.organization.id, provider);
  }
}

/** The model of a fallback. @throws what `fault` makes of one that is unknown or retired */
function findFallback(id: string, fault: (code: string, message: string) => Error): ModelDefinition {
  try {
    return findModel(id);
  } catch (error) {
    if (UnknownModel.is(error)) throw fault('unknown_model', 'is not in the catalogue');
    if (ModelRetired.is(error)) throw fault('model_retired', error.message);
    throw error;
  }
}

/** The first model's request as one for the fallback. @throws what `fault` makes of one that cannot make it */
function inputFor(
  fallback: ModelDefinition,
  first: Pick<PricedRequest, 'model' | 'input'>,
  fault: (code: string, message: string) => Error,
): Record<string, unknown> {
  if (fallback.id === first.model.id) throw fault('unsuitable', 'is the model itself');
  if (fallback.type !== first.model.type) throw fault('unsuitable', 'does not make the same');
  try {
    return fallbackInput(first.model, first.input, fallback);
  } catch (error) {
    if (!InvalidRequest.is(error)) throw error;
    const why = (error.details.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw fault('unsuitable', `cannot make what is asked for: ${why}`);
  }
}
