import type { CreditTransactionDto } from '#sdk';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { type Spending, spendingByDay } from './spending.js';

const DAYS = 30;

/** What was spent lately: the sums, and their course. */
export function UsageStats({ lines }: { lines: readonly CreditTransactionDto[] }) {
  const t = useMessages();
  const formats = useFormats();
  const spending = spendingByDay(lines, DAYS, new Date());
  const average = spending.chargedJobs > 0 ? Math.round(spending.totalCredits / spending.chargedJobs) : 0;
  const figures = [
    [t('usage.spent'), formats.number(spending.totalCredits)],
    [t('usage.jobs'), formats.number(spending.chargedJobs)],
    [t('usage.average'), formats.number(average)],
  ] as const;
  return (
    <section className="flex flex-col rounded-xl border border-line bg-surface p-5 sm:p-6">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-lg font-semibold tracking-[-0.01em]">{t('usage.chart')}</h2>
        <p className="text-sm text-muted">{t('usage.days', { count: DAYS })}</p>
      </div>
      <dl className="mt-5 grid grid-cols-3 gap-4">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="mt-0.5 text-xl font-semibold tracking-[-0.02em] tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <SpendingChart spending={spending} />
    </section>
  );
}

function SpendingChart({ spending }: { spending: Spending }) {
  const t = useMessages();
  const formats = useFormats();
  const most = Math.max(1, ...spending.days.map(({ credits }) => credits));
  const [first, last] = [spending.days[0], spending.days.at(-1)];
  return (
    <figure className="mt-6 flex flex-1 flex-col">
      <ul className="flex min-h-40 flex-1 items-end gap-[3px] border-b border-line" aria-label={t('usage.chart')}>
        {spending.days.map(({ day, credits }) => {
          const text = t('usage.chartDay', {
            day: formats.day(day),
            credits: t('credits.count', { count: credits, shown: formats.number(credits) }),
          });
          return (
            <li key={day.getTime()} title={text} className="group flex h-full flex-1 items-end">
              <span className="sr-only">{text}</span>
              <span
                aria-hidden
                className="bar w-full rounded-t-[3px] bg-ink/80 transition-colors duration-150 group-hover:bg-accent"
                style={{ height: `${Math.max(credits > 0 ? 2 : 0, (100 * credits) / most)}%` }}
              />
            </li>
          );
        })}
      </ul>
      <figcaption className="mt-2 flex justify-between text-xs text-muted" aria-hidden>
        <span>{first ? formats.shortDay(first.day) : ''}</span>
        <span>{last ? formats.shortDay(last.day) : ''}</span>
      </figcaption>
    </figure>
  );
}
