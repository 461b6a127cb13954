import type { DriverName } from '../invoices/invoice.js';
import type { Currency } from '../money.js';

/**
 * Who collects money. An invoice is ours: its amount, its number, what it buys. A driver turns an open invoice into a
 * payment, and a payment back into nothing, and reports what became of it as `PaymentFact`. See docs/adr/0015.
 */
export interface PaymentDriver {
  readonly name: DriverName;
  /** Whether cards on file can be charged without their owner: renewals and automatic top-ups. */
  readonly chargesCards: boolean;
  /**
   * Opens a page on which the charge can be paid, or finds the one that is open already: there are never two.
   * @throws PaymentUnderWay, PaymentServiceFailed
   */
  openCheckout(charge: Charge): Promise<Checkout>;
  /**
   * Closes a checkout that must not be paid any more.
   * @returns false: it was paid, or is being paid, and the money is on its way
   * @throws PaymentServiceFailed
   */
  closeCheckout(externalId: string): Promise<boolean>;
  /**
   * Charges the card on file. `attempt` counts from 1; the same attempt is never charged twice.
   * @returns null when there is no card to charge.
   * @throws PaymentServiceFailed
   */
  chargeCard(charge: Charge, attempt: number): Promise<PaymentFact | null>;
  /**
   * Gives back an amount of a payment. `key` names this return for ever: asked again, nothing more is given back.
   * @returns what is true of the payment afterwards; null when somebody has to do it by hand and has.
   * @throws PaymentServiceFailed, PaymentNotReturnable
   */
  refund(externalId: string, amountCents: bigint, key: string): Promise<PaymentFact | null>;
  /** A page on which the customer manages cards and sees receipts; null: there is none. */
  openPortal(customerId: string): Promise<string | null>;
  /** The cards on file. */
  listMethods(customerId: string): Promise<PaymentMethod[]>;
}

/** An open invoice, as a driver needs to know it. */
export interface Charge {
  invoiceId: string;
  organizationId: string;
  /** `A-000042`, with what it is for: shown on the payment page. */
  description: string;
  amountCents: bigint;
  currency: Currency;
  customer: ChargedCustomer;
  locale: string;
  /** The checkout that was opened for it before. */
  checkoutId: string | null;
}

export interface ChargedCustomer {
  /** At the payment service; null: not known there yet. */
  externalId: string | null;
  name: string;
  email: string;
}

export interface Checkout {
  /** Where to pay; null: by hand, see `instructions`. */
  url: string | null;
  /** At the payment service. */
  externalId: string | null;
  customerId: string | null;
  expiresAt: Date | null;
  /** How to pay by hand. */
  instructions: string | null;
}

/** What is true of a payment now. Told as often as one likes, in any order: only what is new has an effect. */
export interface PaymentFact {
  driver: DriverName;
  externalId: string;
  invoiceId: string;
  status: 'pending' | 'succeeded' | 'failed';
  amountCents: bigint;
  currency: string;
  /** `card`, `pix`, `bank_transfer`, … */
  method: string | null;
  /** Given back in all, chargebacks not included. */
  refundedCents: bigint;
  /** The customer's bank took it back. */
  disputed: boolean;
  customerId: string | null;
  failureReason: string | null;
  /** What an operator found on the bank statement. */
  reference?: string;
}

export interface PaymentMethod {
  id: string;
  /** `visa`, `mastercard`, … */
  brand: string;
  last4: string;
  expiryMonth: number;
  expiryYear: number;
  isDefault: boolean;
}

export const PAYMENT_DRIVER = Symbol('payment driver');
