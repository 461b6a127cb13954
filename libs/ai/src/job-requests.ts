import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { creditsFor, freezePrice, type Price, PricingService } from '#billing';
import { canonicalJson } from '#core/crypto';
import type { Tenant } from '#core/http';
import { ModelUnavailable } from './ai.errors.js';
import { JobInputs } from './job-inputs.js';
import type { ModelDefinition } from './models/model.js';
import { findModel, parseInput } from './models/model-catalogue.js';
import { maximumOf } from './models/usage.js';
import { ProviderCredentialsService } from './provider-keys/provider-credentials.service.js';
import { ProviderRegistry } from './providers/provider-registry.js';

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
  /** Identifies model and input, whatever the order of keys. */
  hash: string;
}

/** Turns what a caller sent into a priced request, or refuses it before anything is held. */
@Injectable()
export class JobRequests {
  constructor(
    private readonly pricing: PricingService,
    private readonly providers: ProviderRegistry,
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
        `${model.id} needs the provider ${model.provider}, which has no credentials here. Bring a key of your own.`,
      );
    }
    const input = parseInput(model, rawInput);
    this.inputs.check(model, input);
    const question = model.price(input);
    const price = await this.pricing.findPrice(model.id, question.dimensions);
    const maximumCredits = creditsFor(price, await maximumOf(question));
    return {
      model,
      input,
      price,
      frozenPrice: freezePrice(price),
      estimatedCredits: maximumCredits,
      maximumCredits,
      hash: createHash('sha256')
        .update(canonicalJson({ model: model.id, input }))
        .digest('hex'),
    };
  }

  /** Whether a provider can be asked for the organization: with the platform's key or one of its own. */
  async isAvailable(tenant: Tenant, provider: string): Promise<boolean> {
    return this.providers.get(provider).isConfigured() || this.credentials.has(tenant.organization.id, provider);
  }
}
