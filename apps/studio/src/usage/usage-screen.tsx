import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { clsx } from 'clsx';
import type { CreditGrantDto, CreditTransactionDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { balanceQuery, ledgerQuery } from '../api/queries.js';
import { MoreButton } from '../components/more-button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { BalanceBar } from '../shell/credit-balance.js';
import { useWorkspace } from '../shell/workspace.js';
import { BuyCredits } from './buy-credits.js';
import { UsageStats } from './usage-stats.js';

const route = getRouteApi('/app/usage');

/** What there is, what was spent, and every line of it. */
export function UsageScreen() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const { job } = route.useSearch();
  const mayReadLedger = can('billing:read');
  const ledger = useInfiniteQuery(ledgerQuery(organization.id, mayReadLedger));
  const lines = ledger.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    // Nothing in it can be focused, and arrow keys scroll what has the focus.
    <div className="scroll-quiet focus-visible:-outline-offset-2 lg:h-full lg:overflow-y-auto" tabIndex={0}>
      <title>{`${t('usage.title')} · BASE Studio`}</title>
      <div className="mx-auto flex max-w-5xl flex-col gap-5 px-4 py-5 sm:px-6 lg:py-8">
        <h1 className="text-xl font-semibold tracking-[-0.02em]">{t('usage.title')}</h1>
        <div className="grid grid-cols-1 gap-5 lg:grid-cols-[20rem_1fr]">
          <Balance />
          <UsageStats />
        </div>
        {can('billing:manage') ? <BuyCredits /> : null}
        {mayReadLedger ? null : <p className="text-muted">{t('usage.closed')}</p>}
        {ledger.isError && !ledger.data ? (
          <p role="alert" className="text-bad">
            {describeProblem(t, ledger.error)}
          </p>
        ) : null}
        {ledger.data ? <Ledger lines={lines} jobId={job} /> : null}
        <MoreButton list={ledger} className="self-center" />
      </div>
    </div>
  );
}

/** Held, spent, expired and granted: shown of every balance. */
const USUAL_PARTS = 4;

function Balance() {
  const t = useMessages();
  const formats = useFormats();
  const { organization } = useWorkspace();
  const { data: balance } = useQuery(balanceQuery(organization.id));
  if (!balance) return <Skeleton className="h-92 rounded-xl" />;
  const parts = [
    [t('credits.held'), balance.held],
    [t('credits.spent'), balance.spent],
    [t('credits.expired'), balance.expired],
    [t('credits.granted'), balance.granted],
    [t('credits.purchased'), balance.purchased],
    [t('credits.refunded'), balance.refunded],
    [t('credits.adjusted'), balance.adjusted],
  ] as const;
  // What happens seldom is told where it happened.
  const told = parts.filter(([, value], index) => index < USUAL_PARTS || value !== 0);
  return (
    <section className="flex flex-col rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 className="text-lg font-semibold tracking-[-0.01em]">{t('usage.balance')}</h2>
      <p className="mt-5 text-sm text-muted">{t('credits.available')}</p>
      <p className="text-[min(var(--text-3xl),11vw)] leading-11 font-semibold tracking-[-0.03em] tabular-nums">
        {formats.number(balance.available)}
      </p>
      <BalanceBar balance={balance} />
      <dl className="mt-5 flex flex-col gap-2.5 text-base">
        {told.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-6">
            <dt className="text-muted">{name}</dt>
            <dd className="font-medium tabular-nums">{formats.number(value)}</dd>
          </div>
        ))}
      </dl>
      <Grants grants={balance.grants.filter(({ remaining }) => remaining > 0)} />
    </section>
  );
}

/** So many fit beside the chart. */
const GRANTS_SHOWN = 4;

/** What the balance is made of, and until when. */
function Grants({ grants }: { grants: readonly CreditGrantDto[] }) {
  const t = useMessages();
  const formats = useFormats();
  if (grants.length === 0) return null;
  return (
    <section className="mt-5 border-t border-line pt-4">
      <h3 className="text-sm text-muted">{t('usage.grants')}</h3>
      <ul className="mt-2.5 flex flex-col gap-2.5 text-base">
        {grants.slice(0, GRANTS_SHOWN).map((grant) => (
          <li key={grant.id} className="flex items-baseline justify-between gap-6">
            <span>
              {t(`usage.line.${grant.source}`)}
              <span className="block text-sm text-muted">
                {grant.expiresAt ? t('usage.until', { day: formats.shortDay(grant.expiresAt) }) : t('usage.stays')}
              </span>
            </span>
            <span className="font-medium tabular-nums">{formats.number(grant.remaining)}</span>
          </li>
        ))}
      </ul>
      {grants.length > GRANTS_SHOWN ? (
        <p className="mt-2.5 text-sm text-muted">{t('usage.moreGrants', { count: grants.length - GRANTS_SHOWN })}</p>
      ) : null}
    </section>
  );
}

interface LedgerProps {
  lines: readonly CreditTransactionDto[];
  /** The job that somebody came here for. */
  jobId: string | undefined;
}

/** Brings what somebody came for into sight. */
const showRow = (row: HTMLTableRowElement | null) => row?.scrollIntoView({ block: 'center' });

function Ledger({ lines, jobId }: LedgerProps) {
  const t = useMessages();
  const formats = useFormats();
  const firstOfJob = jobId && lines.find((line) => line.jobId === jobId)?.id;
  const signed = (amount: number) => (amount > 0 ? `+${formats.number(amount)}` : formats.number(amount));
  return (
    <section className="overflow-hidden rounded-xl border border-line bg-surface">
      <h2 className="px-5 pt-5 text-lg font-semibold tracking-[-0.01em] sm:px-6">{t('usage.ledger')}</h2>
      {lines.length === 0 ? (
        <p className="px-5 pt-1 pb-6 text-muted sm:px-6">{t('usage.emptyText')}</p>
      ) : (
        <table className="mt-3 w-full text-left text-base">
          <thead className="text-sm text-muted">
            <tr className="border-b border-line">
              <th className="px-5 py-2 font-normal sm:px-6">{t('usage.movement')}</th>
              <th className="hidden py-2 font-normal sm:table-cell">{t('usage.date')}</th>
              <th className="px-2 py-2 text-right font-normal">{t('usage.amount')}</th>
              <th className="py-2 pr-5 text-right font-normal sm:pr-6">{t('usage.balance')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr
                key={line.id}
                ref={line.id === firstOfJob ? showRow : undefined}
                aria-current={jobId !== undefined && line.jobId === jobId ? true : undefined}
                className="border-b border-line/70 last:border-0 aria-[current]:bg-accent-soft"
              >
                <td className="px-5 py-2.5 sm:px-6">
                  {t.maybe(`usage.line.${wordOf(line)}`) ?? line.type}
                  {hasReason(line) ? <span className="block text-sm text-muted">{line.description}</span> : null}
                  <span className="block text-xs text-muted sm:hidden">{formats.dateTime(line.createdAt)}</span>
                </td>
                <td className="hidden py-2.5 text-muted tabular-nums sm:table-cell">
                  {formats.dateTime(line.createdAt)}
                </td>
                <td className={clsx('px-2 py-2.5 text-right tabular-nums', toneOf(line))}>
                  {signed(line.type === 'settle' ? line.amount : line.availableDelta)}
                </td>
                <td className="py-2.5 pr-5 text-right text-muted tabular-nums sm:pr-6">
                  {formats.number(line.balanceAfter)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Credits that came or went stand out from those that a job set aside and gave back. */
function toneOf({ amount }: CreditTransactionDto): string {
  if (amount === 0) return 'text-muted';
  return amount > 0 ? 'font-medium text-good' : 'font-medium';
}

/** Somebody of the platform did it, and wrote why for the organization to read. */
const hasReason = ({ type, jobId }: CreditTransactionDto) => type === 'adjust' || (type === 'refund' && jobId !== null);

/** A refund that takes credits away is that of a payment. */
function wordOf({ type, amount }: CreditTransactionDto): string {
  return type === 'refund' && amount < 0 ? 'returned' : type;
}
