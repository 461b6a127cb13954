import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { LinkIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, type SharedPageDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { sharedPageQuery } from '../api/queries.js';
import { EmptyState } from '../components/empty-state.js';
import { Button } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import { EntranceBar } from '../shell/entrance-bar.js';
import { SharedFiles } from './shared-files.js';

const route = getRouteApi('/shared/$token');

/** What somebody chose to show, for whoever has the link. */
export function SharedScreen() {
  const t = useMessages();
  const { token } = route.useParams();
  const page = useQuery(sharedPageQuery(token));
  const { data } = page;
  if (page.isError && !data) {
    const isGone = page.error instanceof ApiError && [404, 410].includes(page.error.status);
    const title = t(isGone ? 'share.goneTitle' : 'failure.title');
    return (
      <Frame>
        <title>{`${title} · BASE Studio`}</title>
        <h1 className="sr-only">{title}</h1>
        <EmptyState icon={LinkIcon} title={title} text={isGone ? t('share.goneText') : describeProblem(t, page.error)}>
          {isGone ? null : <Button onClick={() => void page.refetch()}>{t('action.retry')}</Button>}
        </EmptyState>
      </Frame>
    );
  }
  return (
    <Frame>
      <title>{`${data ? titleOf(t, data) : t('share.link')} · BASE Studio`}</title>
      <div className="mx-auto w-full max-w-6xl px-4 py-8 sm:px-8 lg:py-12" aria-busy={page.isPending}>
        {data ? (
          <>
            {data.title ? (
              <p className="mb-1 text-muted">{t('share.by', { organization: data.organizationName })}</p>
            ) : null}
            <h1 className="text-2xl font-semibold tracking-[-0.03em] text-balance wrap-anywhere sm:text-3xl">
              {titleOf(t, data)}
            </h1>
            <SharedFiles files={data.files} />
          </>
        ) : (
          <>
            <Skeleton className="h-5 w-40" />
            <Skeleton className="mt-2 h-10 w-80 max-w-full" />
            <Skeleton className="mt-8 h-96 rounded-lg" />
          </>
        )}
      </div>
    </Frame>
  );
}

const titleOf = (t: Translator, { title, organizationName }: SharedPageDto) =>
  title === '' ? t('share.by', { organization: organizationName }) : title;

function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex min-h-14 shrink-0 flex-wrap items-center justify-between gap-x-4 px-4 sm:px-8">
        <EntranceBar home="/" />
      </header>
      <main className="flex flex-1 flex-col">{children}</main>
    </div>
  );
}
