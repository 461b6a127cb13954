import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { UnpricedModel } from './billing.errors.js';
import { type Price, selectComponents } from './pricing.js';
import { type PricedModel, PricingRepository } from './pricing.repository.js';

/** A new price version is in force everywhere after at most this long. */
const CACHE_MS = 5000;

/** The prices in force. A model without one is refused, never free. */
@Injectable()
export class PricingService {
  private cache: { models: Promise<Map<string, PricedModel>>; until: number } | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PricingRepository,
  ) {}

  /**
   * The price of one request.
   * @param dimensions what the price may depend on, e.g. `{ size, quality }`.
   * @throws UnpricedModel when no row in force fits.
   */
  async findPrice(model: string, dimensions: Readonly<Record<string, string>>): Promise<Price> {
    const priced = (await this.models()).get(model);
    const components = priced && selectComponents(priced.rows, dimensions);
    if (!components) {
      const wanted = Object.entries(dimensions)
        .map((dimension) => dimension.join(' '))
        .join(', ');
      throw UnpricedModel({
        detail:
          priced && wanted !== ''
            ? `${model} has no price for ${wanted}. Choose another model or other parameters.`
            : `${model} has no price on this installation yet, so it cannot be charged. Choose another model.`,
      });
    }
    return { version: priced.version, components };
  }

  /** The rows in force of a model, for the catalogue; empty when it is unpriced. */
  async listRows(model: string): Promise<PricedModel['rows']> {
    return (await this.models()).get(model)?.rows ?? [];
  }

  private models(): Promise<Map<string, PricedModel>> {
    if (!this.cache || this.cache.until < Date.now()) {
      const models = this.repository.listInForce(this.db);
      this.cache = { models, until: Date.now() + CACHE_MS };
      models.catch(() => (this.cache = undefined));
    }
    return this.cache.models;
  }
}
