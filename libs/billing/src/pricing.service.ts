import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import { type Db, InjectDb } from '#core/db';
import { PricesEntered } from './billing.audit.js';
import { UnpricedModel } from './billing.errors.js';
import { type Price, selectComponents } from './pricing.js';
import {
  type EnteredPrices,
  type NewPrices,
  type PricedModel,
  type PriceLine,
  PricingRepository,
} from './pricing.repository.js';

/** A new price version is in force everywhere after at most this long. */
const CACHE_MS = 5000;

/** The prices in force. A model without one is refused, never free. */
@Injectable()
export class PricingService {
  private cache: { models: Promise<Map<string, PricedModel>>; until: number } | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PricingRepository,
    private readonly audit: AuditTrail,
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

  /** Every line of every version, by model, the newest first. */
  listHistory(): Promise<PriceLine[]> {
    return this.repository.listHistory(this.db);
  }

  /** Puts a model's next version in force, for this process at once. Accepted jobs and quotes keep their prices. */
  async enter(operator: AuditActor, prices: NewPrices): Promise<EnteredPrices> {
    const entered = await this.db.transaction().execute(async (trx) => {
      const entered = await this.repository.enter(trx, prices);
      await this.audit.write(trx, PricesEntered, {
        by: operator,
        target: prices.model,
        before: toldOf(entered.replaced),
        after: toldOf(entered.lines),
      });
      return entered;
    });
    this.cache = undefined;
    return entered;
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

/** A version as the audit log shows it; undefined for none. */
function toldOf(lines: readonly PriceLine[]) {
  const [first] = lines;
  return (
    first && {
      version: first.version,
      validFrom: first.validFrom,
      source: first.source,
      lines: lines.map(({ component, unit, unitSize, dimensions, costUsdMicros, creditsPerUnit }) => ({
        ...{ component, unit, dimensions, unitSize: unitSize.toString(), costUsdMicros: costUsdMicros.toString() },
        credits: creditsPerUnit?.toString() ?? null,
      })),
    }
  );
}
