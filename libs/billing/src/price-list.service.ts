import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { PlansService } from './plans/plans.service.js';
import type { CreditPriceDto, ModelPricesDto, PriceListDto } from './price-list.dto.js';
import { PricingRepository } from './pricing.repository.js';

/** What is charged, for everybody to read; costs stay inside. */
@Injectable()
export class PriceListService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PricingRepository,
    private readonly plans: PlansService,
  ) {}

  async list(): Promise<PriceListDto> {
    const models = new Map<string, ModelPricesDto>();
    for (const row of await this.repository.listCharged(this.db)) {
      const { model, provider, version, unitSize, credits, ...line } = row;
      const prices = models.get(model) ?? { model, provider, version, lines: [] };
      prices.version = Math.max(prices.version, version);
      prices.lines.push({ ...line, unitSize: Number(unitSize), credits: Number(credits) });
      models.set(model, prices);
    }
    return { credit: await this.creditPrice(), models: [...models.values()] };
  }

  private async creditPrice(): Promise<CreditPriceDto | null> {
    const pack = await this.plans.smallestPack();
    if (!pack) return null;
    const micros = (cents: bigint) => Number((cents * 10_000n) / pack.credits);
    return { usdMicros: micros(pack.priceUsdCents), brlMicros: micros(pack.priceBrlCents) };
  }
}
