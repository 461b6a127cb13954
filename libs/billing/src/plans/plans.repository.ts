import { Injectable } from '@nestjs/common';
import type { Db } from '#core/db';
import type { Currency } from '../money.js';

/** What an organization can subscribe to. Prices in cents; 0: free. */
export interface Plan {
  id: string;
  name: string;
  monthlyCredits: bigint;
  requestsPerMinute: number;
  concurrentJobs: number;
  seats: number;
  storageBytes: bigint;
  retentionDays: number;
  priceBrlCents: bigint;
  priceUsdCents: bigint;
  trialDays: number;
  trialCredits: bigint;
  features: unknown;
}

/** A top-up that can be bought. */
export interface CreditPack {
  id: string;
  credits: bigint;
  priceBrlCents: bigint;
  priceUsdCents: bigint;
}

/** What it costs, in cents. */
export function priceOf(offer: Pick<Plan, 'priceBrlCents' | 'priceUsdCents'>, currency: Currency): bigint {
  return currency === 'BRL' ? offer.priceBrlCents : offer.priceUsdCents;
}

/** The catalogue: what can be bought. */
@Injectable()
export class PlansRepository {
  /** Smallest first. */
  async list(db: Db): Promise<Plan[]> {
    return db
      .selectFrom('plans')
      .select([
        'id',
        'name',
        'monthly_credits as monthlyCredits',
        'requests_per_minute as requestsPerMinute',
        'concurrent_jobs as concurrentJobs',
        'seats',
        'storage_bytes as storageBytes',
        'retention_days as retentionDays',
        'price_brl_cents as priceBrlCents',
        'price_usd_cents as priceUsdCents',
        'trial_days as trialDays',
        'trial_credits as trialCredits',
        'features',
      ])
      .orderBy('sort')
      .execute();
  }

  /** The packs on offer, smallest first. */
  async listPacks(db: Db): Promise<CreditPack[]> {
    return db
      .selectFrom('credit_packs')
      .select(['id', 'credits', 'price_brl_cents as priceBrlCents', 'price_usd_cents as priceUsdCents'])
      .where('active', '=', true)
      .orderBy('sort')
      .execute();
  }
}
