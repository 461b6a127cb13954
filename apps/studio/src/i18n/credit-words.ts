import { useFormats } from './formats.js';
import { useMessages } from './use-messages.js';

export interface CreditWords {
  /** `8 credits` */
  amount: (credits: number) => string;
  /** `8 credits missing` */
  missing: (credits: number) => string;
  /** What a job was charged: `8 credits, 3 returned`, where some were given back since. */
  charge: (charged: number, refunded: number) => string;
}

/** Credits as the language in use says them. */
export function useCreditWords(): CreditWords {
  const t = useMessages();
  const formats = useFormats();
  const amount = (credits: number) => t('credits.count', { count: credits, shown: formats.number(credits) });
  return {
    amount,
    missing: (credits) => t('credits.missing', { count: credits, shown: formats.number(credits) }),
    charge: (charged, refunded) =>
      refunded > 0
        ? t('credits.charge', { charged: amount(charged), count: refunded, shown: formats.number(refunded) })
        : amount(charged),
  };
}
