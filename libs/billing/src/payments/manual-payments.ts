import type { Checkout, PaymentDriver } from './payment-driver.js';

/** No payment service: the customer pays as the invoice says, and an operator marks it paid. */
export class ManualPayments implements PaymentDriver {
  readonly name = 'manual';
  readonly chargesCards = false;

  /** @param instructions how to pay, for the customer */
  constructor(private readonly instructions: string | undefined) {}

  openCheckout(): Promise<Checkout> {
    return Promise.resolve({
      url: null,
      externalId: null,
      customerId: null,
      expiresAt: null,
      instructions: this.instructions ?? null,
    });
  }

  closeCheckout(): Promise<boolean> {
    return Promise.resolve(true);
  }

  chargeCard(): Promise<null> {
    return Promise.resolve(null);
  }

  /** The operator who asks for it has sent the money back. */
  refund(): Promise<null> {
    return Promise.resolve(null);
  }

  openPortal(): Promise<null> {
    return Promise.resolve(null);
  }

  listMethods(): Promise<[]> {
    return Promise.resolve([]);
  }
}
