import { Inject, Injectable } from '@nestjs/common';
import { type Db, InjectDb, withTenant, withService } from '#core/db';
import { NotFound } from '#core/errors';
import type { Principal, Tenant } from '#core/http';
import {
  type InvoiceDto,
  type ListOpenInvoicesQuery,
  type OpenInvoiceDto,
  toInvoiceDto,
} from '../invoices/invoices.dto.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { InvoiceNotOpen, PaymentNotReturnable } from '../payments.errors.js';
import { assertOpen, CheckoutService } from './checkout.service.js';
import { PAYMENT_DRIVER, type PaymentDriver, type PaymentFact } from './payment-driver.js';
import type {
  ListPaymentsQuery,
  MarkPaidDto,
  PaymentDto,
  PaymentMethodListDto,
  PaymentPageDto,
  PortalDto,
} from './payments.dto.js';
import { type Payment, PaymentsRepository } from './payments.repository.js';
import { Settlement } from './settlement.service.js';

/** Payments, as customers see them and as operators make and return them. */
@Injectable()
export class PaymentsService {
  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly payments: PaymentsRepository,
    private readonly invoices: InvoicesRepository,
    private readonly checkouts: CheckoutService,
    private readonly settlement: Settlement,
  ) {}

  async list(tenant: Tenant, query: ListPaymentsQuery): Promise<PaymentPageDto> {
    const limit = query.limit ?? 50;
    const page = await withTenant(this.db, tenant.claims, (trx) =>
      this.payments.list(trx, tenant.organization.id, limit, query.before),
    );
    return { data: page.map(toDto), nextBefore: page.length === limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** The cards on file. @throws PaymentServiceFailed */
  async methods(tenant: Tenant): Promise<PaymentMethodListDto> {
    const { externalCustomerId } = await this.checkouts.partyOf(tenant.organization.id);
    return { data: externalCustomerId ? await this.driver.listMethods(externalCustomerId) : [] };
  }

  /** Where the customer manages cards. @throws PaymentServiceFailed */
  async portal(tenant: Tenant): Promise<PortalDto> {
    const { externalCustomerId } = await this.checkouts.partyOf(tenant.organization.id);
    return { url: externalCustomerId ? await this.driver.openPortal(externalCustomerId) : null };
  }

  /** The open invoices of all organizations, the ones due first. */
  async openInvoices({ number, limit = 200, ...query }: ListOpenInvoicesQuery): Promise<OpenInvoiceDto[]> {
    const filter = { ...query, limit, number: number ? BigInt(number.slice('A-'.length)) : undefined };
    const invoices = await withService(this.db, 'billing', (trx) => this.invoices.listOpen(trx, filter));
    return invoices.map((invoice) => {
      const { organizationId, customer } = invoice;
      return Object.assign(toInvoiceDto(invoice, 'en'), { organizationId, customerName: customer.name });
    });
  }

  /**
   * An operator found the money on the bank statement: the invoice is paid and what it buys is given.
   * @throws NotFound, InvoiceAlreadyPaid, InvoiceNotOpen
   */
  async markPaid(operator: Principal, invoiceId: string, { method, reference }: MarkPaidDto): Promise<InvoiceDto> {
    const invoice = await withService(this.db, 'billing', (trx) => this.invoices.lock(trx, invoiceId));
    if (!invoice || invoice.status === 'draft') throw NotFound();
    assertOpen(invoice);
    const settled = await this.settlement.settle(
      {
        driver: 'manual',
        externalId: `invoice-${invoice.id}`,
        invoiceId: invoice.id,
        status: 'succeeded',
        amountCents: invoice.totalCents,
        currency: invoice.currency,
        method,
        refundedCents: 0n,
        disputed: false,
        customerId: null,
        failureReason: null,
        reference,
      },
      operator,
    );
    if (settled !== 'paid') throw InvoiceNotOpen('It was paid or replaced in the meantime; look at it again.');
    await this.checkouts.close([invoice]);
    const paid = await withService(this.db, 'billing', (trx) => this.invoices.lock(trx, invoiceId));
    return toInvoiceDto(paid ?? invoice, 'en');
  }

  /**
   * Gives money back, in part or whole, with the credits it bought. Without a payment service the operator has sent it.
   * @throws NotFound, PaymentNotReturnable, PaymentServiceFailed
   */
  async refund(operator: Principal, paymentId: string, amountCents?: number): Promise<PaymentDto> {
    const payment = await this.find(paymentId);
    const left = payment.amountCents - payment.refundedCents;
    const amount = amountCents === undefined ? left : BigInt(amountCents);
    if (payment.status !== 'succeeded' || amount > left || amount <= 0n || !payment.externalId || !payment.invoiceId) {
      throw PaymentNotReturnable(`${left} cents of it can be returned, once it has succeeded.`);
    }
    const refundedCents = payment.refundedCents + amount;
    const byHand = payment.driver === 'manual' || payment.driver !== this.driver.name;
    const answered = byHand
      ? null
      : await this.driver.refund(payment.externalId, amount, `${payment.id}-${refundedCents}`);
    const settled = await this.settlement.settle(
      answered ?? returnedByHand(payment, payment.externalId, payment.invoiceId, refundedCents),
      operator,
    );
    // A service's own notice may have told it before: only what goes back by hand is nowhere else written down.
    if (byHand && settled !== 'returned') {
      throw PaymentNotReturnable('Some of it was returned in the meantime; nothing was recorded. Look at it again.');
    }
    return toDto(await this.find(paymentId));
  }

  private async find(paymentId: string): Promise<Payment> {
    const payment = await withService(this.db, 'billing', (trx) => this.payments.lockById(trx, paymentId));
    if (!payment) throw NotFound();
    return payment;
  }
}

function returnedByHand(payment: Payment, externalId: string, invoiceId: string, refundedCents: bigint): PaymentFact {
  const { driver, amountCents, currency, method } = payment;
  const known = { driver, externalId, invoiceId, amountCents, currency, method, refundedCents };
  const refundedBeforeCents = payment.refundedCents;
  return { ...known, refundedBeforeCents, status: 'succeeded', disputed: false, customerId: null, failureReason: null };
}

function toDto(payment: Payment): PaymentDto {
  return {
    id: payment.id,
    invoiceId: payment.invoiceId,
    driver: payment.driver,
    method: payment.method,
    status: payment.status,
    currency: payment.currency,
    amountCents: Number(payment.amountCents),
    refundedCents: Number(payment.refundedCents),
    failureReason: payment.failureReason,
    createdAt: payment.createdAt,
  };
}
