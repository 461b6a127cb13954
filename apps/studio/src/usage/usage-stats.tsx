import { useQuery } from '@tanstack/react-query';
import type { UsageDayDto } from '#sdk';
import { usageQuery } from '../api/queries.js';
import { LoadFailure } from '../components/load-failure.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

/** What was spent lately: the sums, and their course. */
export function UsageStats() {
  const { organization } = useWorkspace();
  const { data: days, error, refetch } = useQuery(usageQuery(organization.id));
  if (days) return <Spending days={days} />;
  return error ? (
    <LoadFailure error={error} onRetry={() => void refetch()} />
  ) : (
    <Skeleton className="h-92 rounded-xl" />
  );
}

function Spending({ days }: { days: readonly UsageDayDto[] }) {
  const t = useMessages();
  const formats = useFormats();
  const credits = days.reduce((sum, day) => sum + day.credits, 0);
  const jobs = days.reduce((sum, day) => sum + day.jobs, 0);
  const figures = [
    [t('usage.spent'), formats.number(credits)],
    [t('usage.jobs'), formats.number(jobs)],
    [t('usage.average'), formats.number(jobs > 0 ? Math.round(credits / jobs) : 0)],
  ] as const;
  return (
    <section className="flex flex-col rounded-xl border border-line bg-surface p-5 sm:p-6">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-lg font-semibold tracking-[-0.01em]">{t('usage.chart')}</h2>
        <p className="text-sm text-muted">{t('usage.days', { count: days.length })}</p>
      </div>
      <dl className="mt-5 grid grid-cols-3 gap-4">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="mt-0.5 text-xl font-semibold tracking-[-0.02em] tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <SpendingChart days={days} />
      <p className="mt-3 text-sm text-muted">{t('usage.counted')}</p>
    </section>
  );
}

/** Midnight where the browser is: a day has no time zone, and is the same day everywhere. */
const dateOf = ({ day }: UsageDayDto) => new Date(`${day}T00:00`);

function SpendingChart({ days }: { days: readonly UsageDayDto[] }) {
  const t = useMessages();
  const formats = useFormats();
  const words = useCreditWords();
  const most = Math.max(1, ...days.map(({ credits }) => credits));
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure className="mt-6 flex flex-1 flex-col">
      <ul className="flex min-h-40 flex-1 items-end gap-[3px] border-b border-line" aria-label={t('usage.chart')}>
        {days.map((day) => {
          const { credits } = day;
          const text = t('usage.chartDay', {
            day: formats.day(dateOf(day)),
            credits: words.amount(credits),
          });
          return (
            <li key={day.day} title={text} className="group flex h-full flex-1 items-end">
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
        <span>{first ? formats.shortDay(dateOf(first)) : ''}</span>
        <span>{last ? formats.shortDay(dateOf(last)) : ''}</span>
      </figcaption>
    </figure>
  );
}
