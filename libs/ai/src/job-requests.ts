import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { creditsFor, freezePrice, type Price, PricingService } from '#billing';
import { ModelUnavailable } from './ai.errors.js';
import type { ModelDefinition } from './models/model.js';
import { findModel, parseInput } from './models/model-catalogue.js';
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
  ) {}

  /**
   * @param testMode a test key: any model runs on the sandbox, so its provider need not be configured
   * @throws UnknownModel, ModelRetired, ModelUnavailable, InvalidRequest, UnpricedModel
   */
  async prepare(modelId: string, rawInput: unknown, testMode: boolean): Promise<PricedRequest> {
    const model = findModel(modelId);
    if (!testMode && !this.providers.get(model.provider).isConfigured()) {
      throw ModelUnavailable(`${model.id} needs the provider ${model.provider}, which has no credentials here.`);
    }
    const input = parseInput(model, rawInput);
    const question = model.price(input);
    const price = await this.pricing.findPrice(model.id, question.dimensions);
    const maximumCredits = creditsFor(price, question.maximum);
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
}

/** JSON with sorted keys: equal values have equal text (RFC 8785 in spirit; our values hold no exotic numbers). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
