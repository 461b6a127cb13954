import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Images } from 'lucide-react';
import { type RefCallback, useCallback, useMemo, useState } from 'react';
import type { JobDto } from '#sdk';
import { LoadFailure } from '../components/load-failure.js';
import { buttonStyle } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { groupGenerations } from './generations.js';
import type { PendingJob } from './generate.js';
import { GenerationCard } from './generation-card.js';
import { JobAnnouncer } from './job-announcer.js';
import { QueuePanel } from './queue-panel.js';

interface FeedProps {
  jobs: UseQueryResult<JobDto[]>;
  pending: readonly PendingJob[];
}

/** So many are drawn at first, and again each time when their end comes near. */
const STEP = 8;

/** What was made lately, newest first, with what is being made on top. */
export function Feed({ jobs, pending }: FeedProps) {
  const t = useMessages();
  const { data = [] } = jobs;
  const groups = useMemo(() => groupGenerations(data, pending), [data, pending]);
  const [shown, setShown] = useState(STEP);
  return (
    <>
      <div className="sticky top-14 z-20 flex h-14 items-center justify-between gap-3 bg-canvas/85 px-4 backdrop-blur-xl sm:px-6 lg:top-0">
        <h2 className="text-lg font-semibold tracking-[-0.01em]">{t('feed.title')}</h2>
        <div className="flex items-center gap-2">
          <QueuePanel jobs={data} />
          <Link to="/gallery" className={buttonStyle({ variant: 'quiet', size: 'sm' })}>
            <Images aria-hidden />
            {t('feed.gallery')}
          </Link>
        </div>
      </div>
      <JobAnnouncer jobs={data} />
      {jobs.isError && !jobs.data ? <LoadFailure error={jobs.error} onRetry={() => void jobs.refetch()} /> : null}
      {jobs.isPending ? <FeedSkeleton /> : null}
      <div className="@container px-4 pt-1 pb-10 sm:px-6">
        <ol className="flex max-w-7xl flex-col gap-8">
          {groups.slice(0, shown).map((group, index) => (
            <GenerationCard key={group.key} group={group} jobs={data} isFirst={index === 0} />
          ))}
        </ol>
      </div>
      {shown < groups.length ? <NearEnd key={shown} onSeen={() => setShown(shown + STEP)} /> : null}
    </>
  );
}

/** Says when less than a screen is left below what is in sight. */
function NearEnd({ onSeen }: { onSeen: () => void }) {
  const watch: RefCallback<HTMLElement> = useCallback(
    (element) => {
      if (!element) return;
      const observer = new IntersectionObserver((entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen();
      });
      observer.observe(element);
      return () => observer.disconnect();
    },
    [onSeen],
  );
  return (
    <div className="relative" aria-hidden>
      <div ref={watch} className="pointer-events-none absolute bottom-0 h-screen w-px" />
    </div>
  );
}

function FeedSkeleton() {
  return (
    <div className="@container px-4 pt-1 sm:px-6" aria-busy>
      <div className="flex flex-col gap-8">
        {[0, 1].map((row) => (
          <div key={row} className="flex flex-col gap-3 @3xl:flex-row-reverse @3xl:justify-between">
            <Skeleton className="h-5 w-72 max-w-full @3xl:w-60" />
            <Skeleton className="size-72 rounded-lg @3xl:size-96" />
          </div>
        ))}
      </div>
    </div>
  );
}
