import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { balanceQuery } from '../api/queries.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

/**
 * How many credits there are too few, as far as is known; 0 while either is unknown. The server has the last word.
 * @param price of all that is asked for at once
 */
export function useMissingCredits(price: number | undefined): number {
  const { organization } = useWorkspace();
  const { data: balance } = useQuery(balanceQuery(organization.id));
  return balance && price ? Math.max(0, price - balance.available) : 0;
}

/** Why what the form asks for cannot be paid, and where credits come from; nothing where it can. */
export function Shortage({ price }: { price: number | undefined }) {
  const t = useMessages();
  const words = useCreditWords();
  const { organization, can } = useWorkspace();
  const { data: balance } = useQuery(balanceQuery(organization.id));
  const missing = useMissingCredits(price);
  if (!balance || !price || missing === 0) return null;
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2.5 text-base text-bad">
      <p>
        {t('credits.short', {
          price: words.amount(price),
          count: balance.available,
          available: words.amount(balance.available),
        })}
      </p>
      {balance.held > 0 ? <p>{t('credits.shortHeld', { held: words.amount(balance.held) })}</p> : null}
      {can('billing:manage') ? (
        <Link to="/usage" hash="buy" className="rounded-sm font-medium underline underline-offset-4">
          {t('credits.buy')}
        </Link>
      ) : (
        <p>{t('credits.ask')}</p>
      )}
    </div>
  );
}
