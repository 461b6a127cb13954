import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { creditsFor, freezePrice, type Price, PricingService, UnpricedModel } from '#billing';
import { canonicalJson } from '#core/crypto';
import { type AppError, InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import { ModelRetired, ModelUnavailable, UnknownModel } from './ai.errors.js';
import { JobInputs } from './job-inputs.js';
import type { ModelDefinition } from './models/model.js';
import { fallbackInput } from './models/fallback-input.js';
import { findModel, isRetired, MODELS, parseInput } from './models/model-catalogue.js';
import { maximumOf } from './models/usage.js';
import { ProviderCredentialsService } from './provider-keys/provider-credentials.service.js';
import { ProviderAvailability } from './provider-availability.service.js';

/** A request that may become a job: model found, input checked, price known. */
export interface PricedRequest {
  model: ModelDefinition;
  input: Record<string, unknown>;
  price: Price;
  frozenPrice: unknown;
  /** What it is expected to cost. */
  estimatedCredits: bigint;
  /** What it can cost at most; this is held. */
  maximumCredits: bigint;
  /**
   * Identifies model and input, whatever the order of keys, and whether a test key asks: a promise of price made to a live
   * caller is not a test job's to use up.
   */
  hash: string;
}

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
   * the sandbox.
   * @throws UnknownModel, ModelRetired, ModelUnavailable, InvalidRequest, UnpricedModel, AddressRefused
   */
  async prepare(tenant: Tenant, modelId: string, rawInput: unknown): Promise<PricedRequest> {
    const model = findModel(modelId);
    if (!tenant.testMode && !(await this.isAvailable(tenant, model.provider))) {
      throw ModelUnavailable(
        `${model.id} needs the provider ${model.provider}, which cannot be used here now. Choose another model, or bring a key of your own.`,
      );
    }
    const input = parseInput(model, rawInput, tenant.testMode);
    this.inputs.check(model, input);
    const question = model.price(input);
    const price = await this.pricing.findPrice(model.id, question.dimensions).catch(async (error: unknown) => {
      throw UnpricedModel.is(error) ? await this.unpriced(model, error) : error;
    });
    const maximumCredits = creditsFor(price, await maximumOf(question));
    return {
      model,
      input,
      price,
      frozenPrice: freezePrice(price),
      estimatedCredits: maximumCredits,
      maximumCredits,
      hash: createHash('sha256')
        .update(canonicalJson({ model: model.id, input, ...(tenant.testMode && { testMode: true }) }))
        .digest('hex'),
    };
  }

  /**
   * Checks the models that a job may move on to: each can make the same, for no more than the first.
   * @throws the refusals of `prepare`; InvalidRequest naming the model at fault
   */
  async checkFallbacks(tenant: Tenant, first: PricedRequest, fallbackModels: readonly string[]): Promise<void> {
    for (const [index, id] of fallbackModels.entries()) {
      const fault = (code: string, message: string): Error =>
        InvalidRequest({
          detail: 'Choose other models to go on with.',
          errors: [{ pointer: `/fallbackModels/${index}`, code, message }],
        });
      if (id === first.model.id) throw fault('unsuitable', 'is the model itself');
      const model = findFallback(id, fault);
      if (model.type !== first.model.type) throw fault('unsuitable', 'does not make the same');
      let input: Record<string, unknown>;
      try {
        input = fallbackInput(first.model, first.input, model);
      } catch (error) {
        if (!InvalidRequest.is(error)) throw error;
        const why = (error.details.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
        throw fault('unsuitable', `cannot make what is asked for: ${why}`);
      }
      const { maximumCredits } = await this.prepare(tenant, id, input);
      if (maximumCredits > first.maximumCredits) {
        throw fault(
          'too_expensive',
          `may cost ${maximumCredits} credits; the first model costs ${first.maximumCredits}`,
        );
      }
    }
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
