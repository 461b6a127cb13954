import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, withService } from '#core/db';
import { EventsRepository, type NewEvent } from '#core/events';
import type { Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import type { CheckoutDto } from '../invoices/invoices.dto.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { CheckoutService } from '../payments/checkout.service.js';
import { currencyOf } from '../payments/currency.js';
import { PAYMENT_DRIVER, type PaymentDriver } from '../payments/payment-driver.js';
import { AutoTopUpChanged } from '../payments/payments.audit.js';
import { AutoTopUpUnavailable } from '../payments.errors.js';
import { priceOf } from '../plans/plans.repository.js';
import { PlansService } from '../plans/plans.service.js';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';
import { AutoTopUpsRepository } from './auto-top-ups.repository.js';
import type { AutoTopUpDto, BuyCreditsDto } from './top-ups.dto.js';

/** What applies before anything was set. */
const UNSET: AutoTopUpDto = { enabled: false, thresholdCredits: 1000, packId: 'pack-10k', maxPerMonth: 5 };

/** Credits bought beside a plan. */
@Injectable()
export class TopUpsService {
  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly plans: PlansService,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly checkouts: CheckoutService,
    private readonly autoTopUps: AutoTopUpsRepository,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Orders a pack; its credits come once the invoice is paid. While the same order is open, asking again finds it.
   * @throws PackUnknown, CurrencyUnknown, PaymentUnderWay, PaymentServiceFailed
   */
  async buy(tenant: Tenant, request: BuyCreditsDto): Promise<CheckoutDto> {
    const organizationId = tenant.organization.id;
    const pack = await this.plans.findPack(request.packId);
    const party = await this.checkouts.partyOf(organizationId);
    const currency = currencyOf(request.currency ?? party.currency);
    const offer = { packId: pack.id, currency, totalCents: priceOf(pack, currency) };
    const invoice = await withService(this.db, 'billing', async (trx) => {
      // Two who order at the same moment take turns, and the second one finds the order of the first.
      await this.subscriptions.lock(trx, organizationId);
      const same = await this.invoices.findOpenPack(trx, organizationId, offer);
      if (same) return same;
      const events: NewEvent[] = [];
      const issued = await this.invoicing.issue(
        trx,
        party,
        {
          organizationId,
          purpose: 'top_up',
          ...offer,
          credits: pack.credits,
          about: { kind: 'credits', credits: pack.credits.toString() },
          dueInDays: 7,
          driver: this.driver.name,
        },
        tenant,
        events,
      );
      await this.events.append(trx, events);
      return issued;
    });
    this.signals.announce([organizationId]);
    return this.checkouts.open(organizationId, invoice.id);
  }

  async autoTopUp(tenant: Tenant): Promise<AutoTopUpDto> {
    const found = await withService(this.db, 'billing', (trx) => this.autoTopUps.find(trx, tenant.organization.id));
    if (!found) return UNSET;
    const { enabled, thresholdCredits, packId, maxPerMonth } = found;
    return { enabled, thresholdCredits: Number(thresholdCredits), packId, maxPerMonth };
  }

  /** @throws PackUnknown, AutoTopUpUnavailable */
  async setAutoTopUp(tenant: Tenant, request: AutoTopUpDto): Promise<AutoTopUpDto> {
    await this.plans.findPack(request.packId);
    if (request.enabled && !this.driver.chargesCards) {
      throw AutoTopUpUnavailable('Payments are taken by hand here; buy credits when they run low.');
    }
    await withService(this.db, 'billing', async (trx) => {
      const organizationId = tenant.organization.id;
      const before = await this.autoTopUps.find(trx, organizationId);
      const { enabled, packId, maxPerMonth } = request;
      const after = { enabled, packId, maxPerMonth, thresholdCredits: BigInt(request.thresholdCredits) };
      await this.autoTopUps.save(trx, organizationId, after);
      await this.audit.write(trx, AutoTopUpChanged, { by: tenant, target: organizationId, before, after });
    });
    return request;
  }
}
