import { getRouteApi, Link } from '@tanstack/react-router';
import { Heart, Images, SearchX, Trash2 } from 'lucide-react';
import { EmptyState } from '../components/empty-state.js';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { isNarrowed, type GallerySearch } from './gallery-search.js';
import { GalleryView } from './gallery-view.js';

const route = getRouteApi('/app/gallery');
const linkTo = (search: GallerySearch) => ({ to: '/gallery' as const, search });

/** Everything that was made, newest first. What is shown and what is open is in the address. */
export function GalleryScreen() {
  const t = useMessages();
  const search = route.useSearch();
  const title = t(search.bin ? 'gallery.bin' : 'gallery.title');
  return (
    <>
      <title>{`${title} · BASE Studio`}</title>
      <GalleryView
        search={search}
        linkTo={linkTo}
        heading={
          <>
            <h1 className="text-xl font-semibold tracking-[-0.02em]">{title}</h1>
            {search.bin ? <p className="text-sm text-muted">{t('gallery.binText')}</p> : null}
          </>
        }
        empty={<EmptyGallery search={search} />}
      />
    </>
  );
}

function EmptyGallery({ search }: { search: GallerySearch }) {
  const t = useMessages();
  const { can } = useWorkspace();
  const { favorites, bin, ...rest } = search;
  const everything = (
    <Link to="/gallery" className={buttonStyle({})}>
      {t('gallery.showAll')}
    </Link>
  );
  if (isNarrowed(rest)) {
    return (
      <EmptyState icon={SearchX} title={t('gallery.noneTitle')} text={t('gallery.noneText')}>
        {everything}
      </EmptyState>
    );
  }
  if (favorites) {
    return (
      <EmptyState icon={Heart} title={t('favorite.noneTitle')} text={t('favorite.noneText')}>
        {everything}
      </EmptyState>
    );
  }
  if (bin) {
    return (
      <EmptyState icon={Trash2} title={t('gallery.binEmptyTitle')} text={t('gallery.binEmptyText')}>
        {everything}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Images} title={t('gallery.emptyTitle')} text={t('gallery.emptyText')}>
      {can('jobs:create') ? (
        <Link to="/" className={buttonStyle({ variant: 'primary' })}>
          {t('gallery.emptyAction')}
        </Link>
      ) : null}
    </EmptyState>
  );
}
