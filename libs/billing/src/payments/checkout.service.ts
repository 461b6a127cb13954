import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb, withService } from '#core/db';
import { messageOf, NotFound } from '#core/errors';
import { type Invoice, invoiceNumber } from '../invoices/invoice.js';
import { textOfLine } from '../invoices/invoice-texts.js';
import { type CheckoutDto, toInvoiceDto } from '../invoices/invoices.dto.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { InvoiceAlreadyPaid, InvoiceNotOpen } from '../payments.errors.js';
import { type BillingParty, BillingProfilesRepository } from '../profile/billing-profiles.repository.js';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';
import { type Charge, PAYMENT_DRIVER, type PaymentDriver } from './payment-driver.js';

const BATCH = 100;

/** Brings an open invoice to the payment service. Never inside of a transaction: a network call comes between. */
@Injectable()
export class CheckoutService {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly invoices: InvoicesRepository,
    private readonly profiles: BillingProfilesRepository,
    private readonly subscriptions: SubscriptionsRepository,
  ) {}

  /**
   * Opens the payment page of an open invoice, or finds the one that is open.
   * @throws NotFound, InvoiceAlreadyPaid, InvoiceNotOpen, PaymentUnderWay, PaymentServiceFailed
   */
  async open(organizationId: string, invoiceId: string): Promise<CheckoutDto> {
    const invoice = await withService(this.db, 'billing', (trx) => this.invoices.find(trx, organizationId, invoiceId));
    if (!invoice || invoice.status === 'draft') throw NotFound();
    const party = await this.partyOf(organizationId);
    assertOpen(invoice);
    const checkout = await this.driver.openCheckout(chargeOf(invoice, party));
    if (checkout.externalId && checkout.externalId !== invoice.externalId) {
      const { externalId } = checkout;
      await withService(this.db, 'billing', (trx) => this.invoices.setExternalId(trx, invoice.id, externalId));
    }
    if (checkout.customerId && checkout.customerId !== party.externalCustomerId) {
      const { customerId } = checkout;
      await withService(this.db, 'billing', (trx) => this.subscriptions.setCustomer(trx, organizationId, customerId));
    }
    return {
      invoice: toInvoiceDto(invoice, party.locale),
      url: checkout.url,
      expiresAt: checkout.expiresAt,
      instructions: checkout.instructions,
    };
  }

  /**
   * Closes the payment page of an invoice, if it has one.
   * @returns false: it was paid there, or is being paid, and the money is on its way
   * @throws PaymentServiceFailed
   */
  async close({ externalId }: Invoice): Promise<boolean> {
    return !externalId || this.driver.closeCheckout(externalId);
  }

  /**
   * Closes the pages of void invoices, of one organization or of all. A page that stays open costs a return, not money:
   * never fails, and is done again by the worker.
   */
  async closeVoid(organizationId?: string): Promise<void> {
    const filter = { driver: this.driver.name, organizationId, limit: BATCH };
    const open = await withService(this.db, 'billing', (trx) => this.invoices.listVoidWithPage(trx, filter));
    for (const invoice of open) {
      try {
        // Paid there in the meantime: then there is nothing to close, and the money goes back when it is told.
        await this.close(invoice);
        await withService(this.db, 'billing', (trx) => this.invoices.setExternalId(trx, invoice.id, null));
      } catch (error) {
        this.logger.warn(`The payment page of the void invoice ${invoice.id} stays open: ${messageOf(error)}`);
      }
    }
  }

  /** @throws NotFound */
  async partyOf(organizationId: string): Promise<BillingParty> {
    const party = await this.profiles.findParty(this.db, organizationId);
    if (!party || party.closed) throw NotFound();
    return party;
  }
}

/** @throws InvoiceAlreadyPaid, InvoiceNotOpen */
export function assertOpen(invoice: Invoice): void {
  if (invoice.kind === 'credit_note') throw InvoiceNotOpen('It is a credit note: it says what went back.');
  if (invoice.status === 'paid')
    throw InvoiceAlreadyPaid(`Invoice ${invoiceNumber(invoice) ?? ''} was paid; nothing was charged again.`);
  if (invoice.status !== 'open') {
    throw InvoiceNotOpen('It was replaced by a newer one or voided; look at the list of invoices.');
  }
}

/** An invoice as a driver needs to know it. */
export function chargeOf(invoice: Invoice, party: BillingParty): Charge {
  const [line] = invoice.lines;
  const what = line && textOfLine(line, party.locale);
  return {
    invoiceId: invoice.id,
    organizationId: invoice.organizationId,
    description: [invoiceNumber(invoice), what].filter(Boolean).join(' · ').slice(0, 250),
    amountCents: invoice.totalCents,
    currency: invoice.currency,
    customer: {
      externalId: party.externalCustomerId,
      name: party.legalName ?? party.name,
      email: party.email,
    },
    locale: party.locale,
    checkoutId: invoice.externalId,
  };
}
