import { useInfiniteQuery } from '@tanstack/react-query';
import { type LinkProps, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { galleryQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaFile } from '../media/media-file.js';
import { useWorkspace } from '../shell/workspace.js';
import { useFileActions } from './file-actions.js';
import { OPENED_HERE } from '../media/opened-here.js';
import { GalleryGrid } from './gallery-grid.js';
import { filtersOf, type GalleryFilters, type GallerySearch } from './gallery-search.js';
import { GalleryToolbar } from './gallery-toolbar.js';
import { SelectionBar } from './selection-bar.js';
import { useFilesOf, useOpenedFiles } from './use-opened-files.js';
import { useSelection } from './use-selection.js';

const Lightbox = lazy(() => import('./lightbox.js'));
const ShareDialog = lazy(() => import('../shared/share-dialog.js'));
const CompareDialog = lazy(() => import('./compare-dialog.js'));

interface GalleryViewProps {
  search: GallerySearch;
  /** The page it is part of, with that search. */
  linkTo: (search: GallerySearch) => Pick<LinkProps, 'to' | 'params' | 'search'>;
  /** Everything shown is of this project. */
  projectId?: string | undefined;
  heading: ReactNode;
  /** When there is nothing at all to show. */
  empty: ReactNode;
}

/** Files in rows, narrowed and opened as the address says. */
export function GalleryView({ search, linkTo, projectId, heading, empty }: GalleryViewProps) {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization, can } = useWorkspace();
  const filters = useMemo(() => filtersOf(search, projectId), [search, projectId]);
  const gallery = useInfiniteQuery(galleryQuery(organization.id, filters));
  const files = useFilesOf(gallery.data);
  const filtersKey = JSON.stringify(filters);
  const selection = useSelection(files, filtersKey);
  const [compared, setCompared] = useState<readonly MediaFile[]>();
  const [shared, setShared] = useState<readonly MediaFile[]>();
  const actions = useFileActions();
  const show = useCallback(
    (next: GallerySearch) =>
      void navigate({ ...linkTo(next), replace: true, state: true } as Parameters<typeof navigate>[0]),
    [navigate, linkTo],
  );
  const favorite = useCallback((file: MediaFile) => void actions.favorite([file.id], !file.isFavorite), [actions]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = gallery;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="flex h-[calc(100dvh-7.5rem)] flex-col lg:h-full">
      <GalleryToolbar search={search} hasProject={projectId !== undefined} heading={heading} onSearch={show} />
      {gallery.isError && !gallery.data ? (
        <div className="flex flex-1 flex-col items-center justify-center gap-4 p-6 text-center">
          <p role="alert" className="max-w-sm text-muted">
            {describeProblem(t, gallery.error)}
          </p>
          <Button onClick={() => void gallery.refetch()}>{t('action.retry')}</Button>
        </div>
      ) : gallery.data && files.length === 0 ? (
        empty
      ) : (
        <GalleryGrid
          key={filtersKey}
          files={files}
          isLoading={gallery.isPending || isFetchingNextPage}
          hasMore={hasNextPage}
          selected={selection.ids}
          isSelecting={selection.ids.size > 0}
          onToggle={selection.toggle}
          onFavorite={search.bin ? undefined : favorite}
          linkTo={(view) => ({ ...linkTo({ ...search, view }), state: OPENED_HERE })}
          onEnd={onEnd}
        />
      )}
      <SelectionBar
        files={selection.files}
        isBin={search.bin === true}
        mayManage={can('studio:manage')}
        mayShare={can('studio:share')}
        onClear={selection.clear}
        onCompare={() => setCompared(selection.files)}
        onShare={() => setShared(selection.files)}
      />
      <Suspense>
        <OpenedFile search={search} filters={filters} onShow={show} />
        {shared ? <ShareDialog files={shared} onClose={() => setShared(undefined)} /> : null}
        {compared ? <CompareDialog files={compared} onClose={() => setCompared(undefined)} /> : null}
      </Suspense>
    </div>
  );
}

interface OpenedFileProps {
  search: GallerySearch;
  filters: GalleryFilters;
  onShow: (search: GallerySearch) => void;
}

function OpenedFile({ search, filters, onShow }: OpenedFileProps) {
  const t = useMessages();
  const router = useRouter();
  const { view } = search;
  const { files, failure } = useOpenedFiles(filters, view);
  useEffect(() => {
    if (!failure) return;
    const isGone = failure instanceof ApiError && failure.status === 404;
    notify(isGone ? t('gallery.gone') : describeProblem(t, failure), { tone: 'bad' });
    onShow({ ...search, view: undefined });
  }, [failure, t, search, onShow]);
  if (!view || !files.some(({ id }) => id === view)) return null;
  const close = () => {
    // Opened here, it goes back to the very place; come by a link, it leaves the gallery open.
    if (router.state.location.state.isOpenedHere) router.history.back();
    else onShow({ ...search, view: undefined });
  };
  return <Lightbox files={files} view={view} onView={(next) => onShow({ ...search, view: next })} onClose={close} />;
}
