import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditTrail, SYSTEM } from '#core/audit';
import { type Db, InjectDb, withService } from '#core/db';
import { EventsRepository, type NewEvent } from '#core/events';
import { EventSignals } from '#core/realtime';
import type { Invoice } from '../invoices/invoice.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { chargeOf } from '../payments/checkout.service.js';
import { PAYMENT_DRIVER, type PaymentDriver } from '../payments/payment-driver.js';
import { AutoTopUpChanged } from '../payments/payments.audit.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { Settlement } from '../payments/settlement.service.js';
import { priceOf } from '../plans/plans.repository.js';
import { PlansService } from '../plans/plans.service.js';
import { BillingProfilesRepository, type BillingParty } from '../profile/billing-profiles.repository.js';
import { AutoTopUpsRepository } from './auto-top-ups.repository.js';

const BATCH = 100;

/**
 * Buys packs for organizations whose credits run low, with the card on file. One at a time: the invoice is the
 * purchase, and while it is open no other is made; a run that broke off is taken up again with the same charge.
 */
@Injectable()
export class AutoTopUpRuns {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly autoTopUps: AutoTopUpsRepository,
    private readonly plans: PlansService,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly payments: PaymentsRepository,
    private readonly profiles: BillingProfilesRepository,
    private readonly settlement: Settlement,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly audit: AuditTrail,
  ) {}

  /** Looks at every organization that is due. A failure of one does not stop the others. */
  async run(): Promise<void> {
    if (!this.driver.chargesCards) return;
    for (let after: string | undefined; ;) {
      const due = await this.autoTopUps.listDue(this.db, BATCH, after);
      for (const organizationId of due) {
        await this.topUp(organizationId).catch((error: unknown) =>
          this.logger.error({ err: error, organizationId }, 'An automatic top-up failed and is tried again'),
        );
      }
      after = due.at(-1);
      if (due.length < BATCH) return;
    }
  }

  private async topUp(organizationId: string): Promise<void> {
    const party = await this.profiles.findParty(this.db, organizationId);
    if (!party || party.closed) return;
    const invoice = await this.order(organizationId, party);
    if (!invoice) return;
    const { count } = await withService(this.db, 'billing', (trx) => this.payments.countFailures(trx, invoice.id));
    // A declined attempt ends the purchase; one whose end was not recorded is asked for again, and is the same charge.
    const fact = count > 0 ? null : await this.driver.chargeCard(chargeOf(invoice, party), 1);
    if (fact) await this.settlement.settle(fact);
    if (!fact || fact.status === 'failed') await this.turnOff(invoice);
  }

  private async order(organizationId: string, party: BillingParty): Promise<Invoice | undefined> {
    return withService(this.db, 'billing', async (trx) => {
      const underWay = await this.autoTopUps.findUnderWay(trx, organizationId);
      if (underWay) return this.invoices.find(trx, organizationId, underWay);
      const due = await this.autoTopUps.trigger(trx, organizationId);
      // Another worker may have made one between the two looks.
      if (!due || (await this.autoTopUps.findUnderWay(trx, organizationId))) return undefined;
      const pack = await this.plans.findPack(due.packId, trx);
      const events: NewEvent[] = [];
      const invoice = await this.invoicing.issue(
        trx,
        party,
        {
          organizationId,
          purpose: 'auto_top_up',
          packId: pack.id,
          credits: pack.credits,
          about: { kind: 'credits', credits: pack.credits.toString() },
          currency: party.currency,
          totalCents: priceOf(pack, party.currency),
          driver: this.driver.name,
        },
        SYSTEM,
        events,
      );
      await this.events.append(trx, events);
      return invoice;
    });
  }

  private async turnOff(invoice: Invoice): Promise<void> {
    const { organizationId } = invoice;
    await withService(this.db, 'billing', async (trx) => {
      const events: NewEvent[] = [];
      await this.invoicing.voidOne(trx, invoice.id, SYSTEM, events);
      if (await this.autoTopUps.disable(trx, organizationId)) {
        const change = { organizationId, target: organizationId, before: { enabled: true }, after: { enabled: false } };
        await this.audit.write(trx, AutoTopUpChanged, { by: SYSTEM, ...change });
        events.push({
          organizationId,
          type: 'auto_top_up.disabled',
          subjectId: organizationId,
          data: { packId: invoice.packId, reason: 'The card was declined, or there is none.' },
        });
      }
      if (events.length > 0) await this.events.append(trx, events);
    });
    this.signals.announce([organizationId]);
  }
}
