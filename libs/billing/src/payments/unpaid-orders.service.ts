import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '#core/audit';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, withService } from '#core/db';
import { EventsRepository, type NewEvent } from '#core/events';
import { MailOutbox } from '#core/mail';
import { EventSignals } from '#core/realtime';
import type { Invoice } from '../invoices/invoice.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { mailAbout, OrderVoidedMail } from '../payments.mails.js';
import { BillingProfilesRepository } from '../profile/billing-profiles.repository.js';
import { CheckoutService } from './checkout.service.js';

const BATCH = 100;

/**
 * The end of orders that nobody pays. Their numbers stay, so that the series has no gaps; void, they owe nothing and can
 * be paid no more.
 */
@Injectable()
export class UnpaidOrders {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly config: AppConfig,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly checkouts: CheckoutService,
    private readonly profiles: BillingProfilesRepository,
    private readonly mails: MailOutbox,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  /** Voids what is long overdue, and closes the payment pages of whatever is void. One failure does not stop the others. */
  async run(): Promise<void> {
    const { voidAfterDays } = this.config.payments;
    for (let after: string | undefined; ;) {
      const from = after;
      const unpaid = await withService(this.db, 'billing', (trx) =>
        this.invoices.listUnpaidOrders(trx, voidAfterDays, BATCH, from),
      );
      for (const invoice of unpaid) {
        await this.end(invoice).catch((error: unknown) =>
          this.logger.error({ err: error, invoiceId: invoice.id }, 'An unpaid order could not be voided; tried again'),
        );
      }
      after = unpaid.at(-1)?.id;
      if (unpaid.length < BATCH) break;
    }
    await this.checkouts.closeVoid();
  }

  private async end(invoice: Invoice): Promise<void> {
    // The page first: once it is closed nobody can pay, and what was paid there before is on its way to us and wins.
    if (!(await this.checkouts.close(invoice))) return;
    const { organizationId } = invoice;
    const party = await this.profiles.findParty(this.db, organizationId);
    await withService(this.db, 'billing', async (trx) => {
      const events: NewEvent[] = [];
      if (!(await this.invoicing.voidOne(trx, invoice.id, SYSTEM, events))) return;
      if (party && !party.closed) {
        const recipient = { to: party.email, locale: party.locale, organizationId };
        await this.mails.leave(trx, OrderVoidedMail, mailAbout(invoice, party, this.config), recipient);
      }
      await this.events.append(trx, events);
    });
    this.signals.announce([organizationId]);
  }
}
