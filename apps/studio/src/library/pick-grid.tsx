import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { AudioLines, Check, Film } from 'lucide-react';
import { describeProblem } from '../api/problems.js';
import { MoreButton } from '../components/more-button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';

/** A file to choose, wherever it is from. */
export interface Pickable {
  id: string;
  name: string;
  mimeType: string;
  url: string;
  thumbnailUrl: string | null;
}

interface PickGridProps {
  /** Undefined while they are asked for. */
  items: readonly Pickable[] | undefined;
  list: Pick<UseInfiniteQueryResult, 'isError' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  chosen: ReadonlySet<string>;
  onPick: (item: Pickable) => void;
}

const GRID = 'mt-4 grid grid-cols-3 gap-2 sm:grid-cols-4';

/** Files to choose from, a page at a time. */
export function PickGrid({ items, list, chosen, onPick }: PickGridProps) {
  const t = useMessages();
  if (!items) {
    if (list.isError) return <p className="py-8 text-center text-muted">{describeProblem(t, list.error)}</p>;
    return (
      <div className={GRID} aria-busy>
        {[0, 1, 2, 3].map((place) => (
          <Skeleton key={place} className="aspect-square" />
        ))}
      </div>
    );
  }
  return (
    <>
      {items.length === 0 ? <p className="py-8 text-center text-muted">{t('picker.none')}</p> : null}
      <ul className={GRID}>
        {items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              aria-pressed={chosen.has(item.id)}
              className="group block w-full rounded-md text-left focus-visible:outline-offset-2"
              onClick={() => onPick(item)}
            >
              <span className="relative grid aspect-square place-items-center overflow-hidden rounded-md bg-sunken text-muted group-aria-pressed:outline-3 group-aria-pressed:outline-accent">
                <Picture item={item} />
                {chosen.has(item.id) ? (
                  <Check
                    aria-hidden
                    className="absolute top-1.5 right-1.5 size-6 rounded-full bg-accent p-1 text-white"
                  />
                ) : null}
              </span>
              <span className="mt-1 block truncate text-sm">{item.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <MoreButton list={list} className="mt-4 w-full" />
    </>
  );
}

function Picture({ item }: { item: Pickable }) {
  const source = item.thumbnailUrl ?? (item.mimeType.startsWith('image/') ? item.url : undefined);
  if (source !== undefined) return <img src={source} alt="" loading="lazy" className="size-full object-cover" />;
  const Icon = item.mimeType.startsWith('video/') ? Film : AudioLines;
  return <Icon className="size-6" aria-hidden />;
}
