import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router';
import { Images } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { describeProblem } from '../api/problems.js';
import { galleryQuery, recentJobsQuery } from '../api/queries.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Segmented } from '../components/ui/segmented.js';
import { useMessages } from '../i18n/use-messages.js';
import { MEDIA_TYPES, type MediaType } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';
import { GalleryGrid } from './gallery-grid.js';
import { itemsOf } from './rows.js';
import { SelectionBar } from './selection-bar.js';

const Lightbox = lazy(() => import('./lightbox.js'));
const CompareDialog = lazy(() => import('./compare-dialog.js'));

const route = getRouteApi('/app/gallery');

/** Everything that was made, newest first. What is shown and what is open is in the address. */
export function GalleryScreen() {
  const t = useMessages();
  const navigate = useNavigate();
  const router = useRouter();
  const { organization } = useWorkspace();
  const { type, view } = route.useSearch();
  const gallery = useInfiniteQuery(galleryQuery(organization.id, { type }));
  const recent = useQuery(recentJobsQuery(organization.id));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [compared, setCompared] = useState<readonly string[]>();
  const items = useMemo(() => itemsOf(gallery.data?.pages.flatMap(({ data }) => data) ?? []), [gallery.data]);
  const opened = useMemo(() => {
    if (view === undefined) return undefined;
    if (items.some(({ output }) => output.id === view)) return items;
    // Opened from the Studio before the gallery has read it.
    return itemsOf(recent.data ?? []).filter(({ output, job }) => output.id === view && job.status === 'succeeded');
  }, [items, recent.data, view]);

  const close = () => {
    if (router.history.canGoBack()) router.history.back();
    else void navigate({ to: '/gallery', search: { type } });
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const chosen = items.filter(({ output }) => selected.has(output.id));
  return (
    <div className="flex h-[calc(100dvh-7.5rem)] flex-col lg:h-full">
      <title>{`${t('gallery.title')} · BASE Studio`}</title>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 pt-5 pb-4 sm:px-6">
        <h1 className="text-xl font-semibold tracking-[-0.02em]">{t('gallery.title')}</h1>
        <Segmented<MediaType | 'all'>
          legend={t('gallery.filter')}
          className="w-full sm:w-auto"
          value={type ?? 'all'}
          onChange={(next) => {
            setSelected(new Set());
            void navigate({ to: '/gallery', search: { type: next === 'all' ? undefined : next }, replace: true });
          }}
          options={[
            { value: 'all', label: t('gallery.all') },
            ...MEDIA_TYPES.map((value) => ({ value, label: t(`media.${value}`) })),
          ]}
        />
      </div>
      {gallery.isError && !gallery.data ? (
        <div className="flex flex-1 flex-col items-center justify-center gap-4 p-6 text-center">
          <p role="alert" className="max-w-sm text-muted">
            {describeProblem(t, gallery.error)}
          </p>
          <Button onClick={() => void gallery.refetch()}>{t('action.retry')}</Button>
        </div>
      ) : gallery.data && items.length === 0 ? (
        <EmptyGallery />
      ) : (
        <GalleryGrid
          key={type ?? 'all'}
          items={items}
          isLoading={gallery.isPending || gallery.isFetchingNextPage}
          selected={selected}
          onToggle={toggle}
          onEnd={() => {
            if (gallery.hasNextPage && !gallery.isFetchingNextPage) void gallery.fetchNextPage();
          }}
        />
      )}
      <SelectionBar items={chosen} onClear={() => setSelected(new Set())} onCompare={(ids) => setCompared(ids)} />
      <Suspense>
        {opened?.length && view ? (
          <Lightbox
            items={opened}
            view={view}
            onView={(id) => void navigate({ to: '/gallery', search: { type, view: id }, replace: true })}
            onClose={close}
          />
        ) : null}
        {compared ? (
          <CompareDialog
            items={items.filter(({ output }) => compared.includes(output.id))}
            onClose={() => setCompared(undefined)}
          />
        ) : null}
      </Suspense>
    </div>
  );
}

function EmptyGallery() {
  const t = useMessages();
  const { can } = useWorkspace();
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-4 p-6 pb-24 text-center">
      <span className="grid size-14 place-items-center rounded-xl bg-sunken text-muted">
        <Images className="size-6" aria-hidden />
      </span>
      <h2 className="text-xl font-semibold tracking-[-0.02em]">{t('gallery.emptyTitle')}</h2>
      <p className="max-w-sm text-lg text-muted">{t('gallery.emptyText')}</p>
      {can('jobs:create') ? (
        <Link to="/" className={buttonStyle({ variant: 'primary' })}>
          {t('gallery.emptyAction')}
        </Link>
      ) : null}
    </div>
  );
}
