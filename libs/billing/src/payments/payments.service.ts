import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb, type Trx, withTenant, withService } from '#core/db';
import { messageOf, NotFound } from '#core/errors';
import { nextPageOf, type Principal, type Tenant } from '#core/http';
import {
  type InvoiceDto,
  type ListOpenInvoicesQuery,
  type OpenInvoicePageDto,
  toInvoiceDto,
} from '../invoices/invoices.dto.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { InvoiceNotOpen, PaymentNotReturnable } from '../payments.errors.js';
import { assertOpen, CheckoutService } from './checkout.service.js';
import { PAYMENT_DRIVER, type PaymentDriver, type PaymentFact } from './payment-driver.js';
import type {
  ListOrganizationsPaymentsQuery,
  ListPaymentsQuery,
  MarkPaidDto,
  OperatorPaymentPageDto,
  PaymentDto,
  PaymentMethodListDto,
  PaymentPageDto,
  PortalDto,
} from './payments.dto.js';
import { type Payment, PaymentsRepository } from './payments.repository.js';
import { Settlement } from './settlement.service.js';

/** How many a page holds when nobody says. */
const PAGE = 50;

/** A return that nobody else may begin meanwhile. */
interface ClaimedReturn {
  payment: Payment;
  externalId: string;
  invoiceId: string;
  amount: bigint;
}

/** Payments, as customers see them and as operators make and return them. */
@Injectable()
export class PaymentsService {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly payments: PaymentsRepository,
    private readonly invoices: InvoicesRepository,
    private readonly checkouts: CheckoutService,
    private readonly settlement: Settlement,
  ) {}

  async list(tenant: Tenant, { limit = PAGE, before }: ListPaymentsQuery): Promise<PaymentPageDto> {
    const filter = { organizationId: tenant.organization.id, before, limit };
    const page = await withTenant(this.db, tenant.claims, (trx) => this.payments.list(trx, filter));
    return { data: page.map(toDto), nextBefore: nextPageOf(page, limit) };
  }

  /** The payments of all organizations, the newest first. */
  async listAll({ limit = PAGE, ...query }: ListOrganizationsPaymentsQuery): Promise<OperatorPaymentPageDto> {
    const page = await withService(this.db, 'billing', (trx) => this.payments.list(trx, { ...query, limit }));
    const data = page.map((payment) => Object.assign(toDto(payment), { organizationId: payment.organizationId }));
    return { data, nextBefore: nextPageOf(page, limit) };
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
  async openInvoices({ number, limit = PAGE, ...query }: ListOpenInvoicesQuery): Promise<OpenInvoicePageDto> {
    const filter = { ...query, limit, number: number ? BigInt(number.slice('A-'.length)) : undefined };
    const invoices = await withService(this.db, 'billing', (trx) => this.invoices.listOpen(trx, filter));
    const data = invoices.map((invoice) => {
      const { organizationId, customer } = invoice;
      return Object.assign(toInvoiceDto(invoice, 'en'), { organizationId, customerName: customer.name });
    });
    return { data, nextAfter: nextPageOf(data, limit) };
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
    // Paid there as well, or the service does not answer: then the second payment goes back.
    await this.checkouts
      .close(invoice)
      .catch((error: unknown) => this.logger.warn(`A payment page stays open: ${messageOf(error)}`));
    const paid = await withService(this.db, 'billing', (trx) => this.invoices.lock(trx, invoiceId));
    return toInvoiceDto(paid ?? invoice, 'en');
  }

  /**
   * Gives money back, in part or whole, with the credits it bought. Without a payment service the operator has sent it.
   * @throws NotFound, PaymentNotReturnable, PaymentServiceFailed
   */
  async refund(operator: Principal, paymentId: string, amountCents?: number): Promise<PaymentDto> {
    const { payment, externalId, invoiceId, amount } = await this.claimReturn(paymentId, amountCents);
    try {
      const refundedCents = payment.refundedCents + amount;
      const byHand = payment.driver === 'manual' || payment.driver !== this.driver.name;
      const answered = byHand ? null : await this.driver.refund(externalId, amount, `${payment.id}-${refundedCents}`);
      await this.settlement.settle(answered ?? returnedByHand(payment, externalId, invoiceId, refundedCents), operator);
    } finally {
      await withService(this.db, 'billing', (trx) => this.payments.endReturn(trx, paymentId));
    }
    return toDto(await withService(this.db, 'billing', (trx) => this.find(trx, paymentId)));
  }

  /**
   * Of returns asked for at the same moment one begins, and the others are refused: they were decided on what is not
   * so any more, and equal ones would be one for the payment service.
   */
  private async claimReturn(paymentId: string, amountCents?: number): Promise<ClaimedReturn> {
    return withService(this.db, 'billing', async (trx) => {
      const payment = await this.find(trx, paymentId);
      const { externalId, invoiceId } = payment;
      const left = payment.amountCents - payment.refundedCents;
      const amount = amountCents === undefined ? left : BigInt(amountCents);
      if (payment.status !== 'succeeded' || amount > left || amount <= 0n || !externalId || !invoiceId) {
        throw PaymentNotReturnable(`${left} cents of it can be returned, once it has succeeded.`);
      }
      if (!(await this.payments.claimReturn(trx, paymentId))) {
        throw PaymentNotReturnable('Another return of it is under way. Look at it again in a minute.');
      }
      return { payment, externalId, invoiceId, amount };
    });
  }

  /** Locked until commit. @throws NotFound */
  private async find(trx: Trx, paymentId: string): Promise<Payment> {
    const payment = await this.payments.lockById(trx, paymentId);
    if (!payment) throw NotFound();
    return payment;
  }
}

function returnedByHand(payment: Payment, externalId: string, invoiceId: string, refundedCents: bigint): PaymentFact {
  const { driver, amountCents, currency, method } = payment;
  const known = { driver, externalId, invoiceId, amountCents, currency, method, refundedCents };
  return { ...known, status: 'succeeded', disputed: false, customerId: null, failureReason: null };
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
