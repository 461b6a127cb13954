import { Injectable } from '@nestjs/common';
import { markupPercentOf, type PriceComponent, type PriceLine, PricingService, withMarkup } from '#billing';
import type { AuditActor } from '#core/audit';
import { InvalidRequest } from '#core/errors';
import { findModel, MODELS } from '../models/model-catalogue.js';
import type { ModelDefinition } from '../models/model.js';
import { priceDoubts, priceFaults, unpricedRequests } from '../models/price-coverage.js';
import type {
  EnteredPricesDto,
  EnterPricesDto,
  ModelPriceHistoryDto,
  NewPriceLineDto,
  PriceHistoryDto,
  PriceHistoryLineDto,
} from './model-prices.dto.js';

/** Prices of the catalogue's models, as operators see and enter them. */
@Injectable()
export class ModelPrices {
  constructor(private readonly pricing: PricingService) {}

  async list(): Promise<PriceHistoryDto> {
    const lines = Map.groupBy(await this.pricing.listHistory(), ({ model }) => model);
    const now = new Date();
    return { data: MODELS.map((model) => historyOf(model, lines.get(model.id) ?? [], now)) };
  }

  /**
   * Enters a model's next version; every node charges by it within seconds of its beginning.
   * @throws UnknownModel, ModelRetired; InvalidRequest for lines that do not price every request once, and for those that
   *   are rarely meant and were not confirmed
   */
  async enter(operator: AuditActor, dto: EnterPricesDto): Promise<EnteredPricesDto> {
    const model = findModel(dto.model);
    const validFrom = dto.effectiveFrom === undefined ? null : new Date(dto.effectiveFrom);
    const lines = dto.lines.map(toComponent);
    const faults = priceFaults(model, lines);
    dto.lines.forEach(({ costUsdMicros, credits, costOnly }, index) => {
      if (costUsdMicros > 0 || credits !== undefined || costOnly) return;
      faults.push({
        pointer: `/lines/${index}/credits`,
        code: 'required',
        message: 'is missing: nothing is sold for 0',
      });
    });
    if (validFrom !== null && validFrom <= new Date()) {
      faults.push({ pointer: '/effectiveFrom', code: 'in_the_past', message: 'must be in the future' });
    }
    if (faults.length > 0) {
      throw InvalidRequest({ detail: `The lines do not price ${model.id} as it is sold.`, errors: faults });
    }
    const doubts = dto.confirm ? [] : priceDoubts(model, lines, await this.pricing.listRows(model.id));
    if (doubts.length > 0) {
      throw InvalidRequest({ detail: 'This is rarely meant. Send confirm: true with it if it is.', errors: doubts });
    }
    const entered = await this.pricing.enter(operator, { model: model.id, lines, validFrom, source: dto.source });
    return {
      ...entered,
      model: model.id,
      lines: entered.lines.map(toLineDto),
      replaced: entered.replaced.map(toLineDto),
    };
  }
}

function toComponent({ component, unit, dimensions = {}, ...line }: NewPriceLineDto): PriceComponent {
  const unitSize = BigInt(line.unitSize ?? 1);
  const costUsdMicros = BigInt(line.costUsdMicros);
  if (line.costOnly) return { component, unit, dimensions, unitSize, costUsdMicros, creditsPerUnit: null };
  const rate =
    line.credits === undefined
      ? withMarkup(unitSize, costUsdMicros)
      : { unitSize, costUsdMicros, creditsPerUnit: BigInt(line.credits) };
  return { component, unit, dimensions, ...rate };
}

function historyOf(model: ModelDefinition, lines: readonly PriceLine[], now: Date): ModelPriceHistoryDto {
  const inForce = lines.filter(
    ({ validFrom, validUntil }) => validFrom <= now && (validUntil === null || validUntil > now),
  );
  return {
    model: model.id,
    charges: { ...model.charges },
    dimensions: { ...model.priceDimensions },
    unpriced: unpricedRequests(model, inForce),
    lines: lines.map(toLineDto),
  };
}

function toLineDto(priced: PriceLine): PriceHistoryLineDto {
  const { model: _, unitSize, costUsdMicros, creditsPerUnit, ...line } = priced;
  const markupPercent = markupPercentOf(priced);
  return {
    ...line,
    unitSize: Number(unitSize),
    costUsdMicros: Number(costUsdMicros),
    credits: creditsPerUnit === null ? null : Number(creditsPerUnit),
    markupPercent: markupPercent === null ? null : Number(markupPercent),
  };
}
