import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Heart, Search, Trash2, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { buttonStyle } from '../components/ui/button.js';
import { inputStyle } from '../components/ui/input.js';
import { Segmented } from '../components/ui/segmented.js';
import { useMessages } from '../i18n/use-messages.js';
import { MEDIA_TYPES, type MediaType } from '../media/media-type.js';
import { FilterButton } from './filter-button.js';
import type { GallerySearch } from './gallery-search.js';

interface GalleryToolbarProps {
  search: GallerySearch;
  /** The project is the page's own: it is no filter. */
  hasProject: boolean;
  heading: ReactNode;
  onSearch: (search: GallerySearch) => void;
}

/** What is shown, and how to find something in it. */
export function GalleryToolbar({ search, hasProject, heading, onSearch }: GalleryToolbarProps) {
  const t = useMessages();
  const change = (part: Partial<GallerySearch>) => onSearch({ ...search, view: undefined, ...part });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-3 px-4 pt-5 pb-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-full lg:basis-0">{heading}</div>
      {search.bin ? (
        <Link to="/gallery" className={buttonStyle({ size: 'sm' })}>
          {t('gallery.leaveBin')}
        </Link>
      ) : (
        <SearchField value={search.q ?? ''} onChange={(q) => change({ q: q || undefined })} />
      )}
      <Segmented<MediaType | 'all'>
        legend={t('gallery.filter')}
        className="max-sm:order-last max-sm:w-full"
        value={search.type ?? 'all'}
        onChange={(type) => change({ type: type === 'all' ? undefined : type })}
        options={[
          { value: 'all', label: t('gallery.all') },
          ...MEDIA_TYPES.map((value) => ({ value, label: t(`media.${value}`) })),
        ]}
      />
      {search.bin ? null : (
        <div className="flex items-center gap-1">
          <button
            type="button"
            aria-pressed={search.favorites === true}
            aria-label={t('favorite.only')}
            title={t('favorite.only')}
            onClick={() => change({ favorites: search.favorites ? undefined : true })}
            className={buttonStyle({ variant: 'quiet', size: 'icon', className: search.favorites ? 'bg-hover' : '' })}
          >
            <Heart className={clsx(search.favorites && 'fill-accent text-accent')} />
          </button>
          <FilterButton search={search} hasProject={hasProject} onChange={change} />
          {hasProject ? null : (
            <Link
              to="/gallery"
              search={{ bin: true }}
              aria-label={t('gallery.bin')}
              title={t('gallery.bin')}
              className={buttonStyle({ variant: 'quiet', size: 'icon' })}
            >
              <Trash2 />
            </Link>
          )}
        </div>
      )}
    </div>
  );
}

const SETTLE_MS = 300;

/** Words of prompts, asked for once the typing pauses. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useMessages();
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Changed from outside, e.g. by going back.
  if (shown !== value) {
    setShown(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), next === '' ? 0 : SETTLE_MS);
  };
  return (
    <div role="search" className="relative min-w-0 flex-1 basis-40 sm:max-w-80 sm:basis-56">
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
      <input
        type="search"
        data-shortcut="search"
        value={text}
        maxLength={200}
        aria-label={t('gallery.search')}
        placeholder={t('gallery.search')}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') type('');
        }}
        className={clsx(inputStyle, 'h-9 px-9 [&::-webkit-search-cancel-button]:hidden')}
      />
      {text === '' ? null : (
        <button
          type="button"
          aria-label={t('gallery.searchClear')}
          onClick={() => type('')}
          className="absolute top-1.5 right-1.5 grid size-6 place-items-center rounded-sm text-muted hover:text-ink"
        >
          <X className="size-4" />
        </button>
      )}
    </div>
  );
}
