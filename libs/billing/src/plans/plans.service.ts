import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { PackUnknown, PlanUnknown } from '../payments.errors.js';
import type { PlanListDto, PriceDto } from './plans.dto.js';
import { type CreditPack, type Plan, PlansRepository } from './plans.repository.js';

/** The catalogue of plans and credit packs. */
@Injectable()
export class PlansService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PlansRepository,
  ) {}

  async catalogue(): Promise<PlanListDto> {
    const [plans, packs] = await Promise.all([this.repository.list(this.db), this.repository.listPacks(this.db)]);
    return {
      plans: plans.map(({ priceBrlCents, priceUsdCents, ...plan }) => ({
        ...plan,
        monthlyCredits: Number(plan.monthlyCredits),
        storageBytes: Number(plan.storageBytes),
        trialCredits: Number(plan.trialCredits),
        features: plan.features as Record<string, unknown>,
        price: toPrice({ priceBrlCents, priceUsdCents }),
      })),
      packs: packs.map((pack) => ({ id: pack.id, credits: Number(pack.credits), price: toPrice(pack) })),
    };
  }

  /**
   * @param db the transaction of a caller that is in one: it must not wait for a second connection.
   * @throws PlanUnknown
   */
  async findPlan(id: string, db: Db = this.db): Promise<Plan> {
    const plans = await this.repository.list(db);
    const plan = plans.find((candidate) => candidate.id === id);
    if (!plan) throw PlanUnknown(`Choose one of ${plans.map((known) => known.id).join(', ')}.`);
    return plan;
  }

  /** The pack whose credits have the list price, if any is on offer. */
  async smallestPack(): Promise<CreditPack | undefined> {
    return (await this.repository.listPacks(this.db))[0];
  }

  /** @throws PackUnknown */
  async findPack(id: string, db: Db = this.db): Promise<CreditPack> {
    const packs = await this.repository.listPacks(db);
    const pack = packs.find((candidate) => candidate.id === id);
    if (!pack) throw PackUnknown(`Choose one of ${packs.map((known) => known.id).join(', ')}.`);
    return pack;
  }
}

function toPrice(offer: Pick<Plan, 'priceBrlCents' | 'priceUsdCents'>): PriceDto {
  return { brlCents: Number(offer.priceBrlCents), usdCents: Number(offer.priceUsdCents) };
}
