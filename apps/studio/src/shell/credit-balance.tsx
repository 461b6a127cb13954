import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Coins } from 'lucide-react';
import { useState } from 'react';
import { balanceQuery } from '../api/queries.js';
import { buttonStyle } from '../components/ui/button.js';
import { Popover } from '../components/ui/popover.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import type { MessageId } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from './workspace.js';

const PARTS = [
  ['held', 'credits.held'],
  ['spent', 'credits.spent'],
] as const satisfies readonly (readonly [string, MessageId])[];

/** What is left to spend, always in sight; opened, where the rest is. */
export function CreditBalance() {
  const t = useMessages();
  const formats = useFormats();
  const { organization } = useWorkspace();
  const { data: balance } = useQuery(balanceQuery(organization.id));
  const [isOpen, setIsOpen] = useState(false);
  if (!balance) return <Skeleton className="h-9 w-24 rounded-full" />;
  const available = formats.number(balance.available);
  return (
    <Popover
      title={t('credits.title')}
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <button
          type="button"
          aria-label={t('credits.label', { count: balance.available, shown: available })}
          className="flex h-9 items-center gap-2 rounded-full border border-line bg-surface px-3 text-base font-medium tabular-nums transition-colors duration-150 hover:bg-sunken"
        >
          <Coins className="size-4 text-muted @max-3xs:hidden" aria-hidden />
          {available}
        </button>
      }
    >
      <p className="text-sm text-muted">{t('credits.available')}</p>
      <p className="mt-0.5 text-2xl font-semibold tracking-[-0.02em] tabular-nums">{available}</p>
      <BalanceBar balance={balance} />
      <dl className="mt-3 flex flex-col gap-2 text-base">
        {PARTS.map(([part, label]) => (
          <div key={part} className="flex justify-between gap-4">
            <dt className="text-muted">{t(label)}</dt>
            <dd className="font-medium tabular-nums">{formats.number(balance[part])}</dd>
          </div>
        ))}
        {balance.expired > 0 ? (
          <div className="flex justify-between gap-4">
            <dt className="text-muted">{t('credits.expired')}</dt>
            <dd className="font-medium tabular-nums">{formats.number(balance.expired)}</dd>
          </div>
        ) : null}
      </dl>
      {balance.nextExpiry ? (
        <p className="mt-3 text-sm text-muted">
          {t('credits.nextExpiry', {
            count: balance.nextExpiry.credits,
            shown: formats.number(balance.nextExpiry.credits),
            day: formats.shortDay(balance.nextExpiry.at),
          })}
        </p>
      ) : null}
      <Link
        to="/usage"
        onClick={() => setIsOpen(false)}
        className={buttonStyle({ variant: 'secondary', size: 'sm', className: 'mt-4 w-full' })}
      >
        {t('credits.details')}
      </Link>
    </Popover>
  );
}

interface Parts {
  available: number;
  held: number;
  spent: number;
  expired: number;
}

/** Available and held credits as shares of everything that ever came. */
export function BalanceBar({ balance }: { balance: Parts }) {
  const all = balance.available + balance.held + balance.spent + balance.expired;
  const share = (part: number) => `${all > 0 ? (100 * part) / all : 0}%`;
  return (
    <div aria-hidden className="mt-3 flex h-1.5 gap-0.5 overflow-hidden rounded-full bg-sunken">
      <div className="bar rounded-full bg-ink" style={{ width: share(balance.available) }} />
      <div className="bar rounded-full bg-accent" style={{ width: share(balance.held) }} />
    </div>
  );
}
