import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { useEffect, useMemo, useRef, useState } from 'react';
import { promptOf } from '../create/generations.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { OutputTile } from '../media/output-tile.js';
import { type GalleryItem, layOutRows } from './rows.js';

interface GalleryGridProps {
  items: readonly GalleryItem[];
  isLoading: boolean;
  selected: ReadonlySet<string>;
  onToggle: (id: string) => void;
  /** The end of what is loaded has come near. */
  onEnd: () => void;
}

const GAP = 8;
const NARROW = 640;
/** Rows kept beside the visible ones; with the rows' height this bounds how many tiles are mounted. */
const OVERSCAN = 1;
const NEAR_END_ROWS = 3;

/** Only the rows in sight are in the page, whatever the number of files. */
export function GalleryGrid({ items, isLoading, selected, onToggle, onEnd }: GalleryGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useContentWidth(scroller);
  const rows = useMemo(
    () =>
      width === 0
        ? []
        : layOutRows(items, {
            width,
            gap: GAP,
            rowHeight: width < NARROW ? 150 : 230,
            audioHeight: 72,
            audioWidth: 360,
          }),
    [items, width],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- its answers are used while drawing only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.height ?? 0) + GAP,
    overscan: OVERSCAN,
  });
  useEffect(() => virtualizer.measure(), [rows, virtualizer]);
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - NEAR_END_ROWS) onEnd();
  }, [last, rows.length, onEnd]);
  return (
    <div ref={scroller} className="scroll-quiet min-h-0 flex-1 overflow-y-auto px-4 pb-24 sm:px-6" data-gallery>
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }} aria-busy={isLoading}>
        {visible.flatMap((place) => {
          const row = rows[place.index];
          let left = 0;
          return (row?.tiles ?? []).map(({ item, width: tileWidth }) => {
            const x = left;
            left += tileWidth + GAP;
            return (
              <li
                key={item.output.id}
                className="group/tile absolute top-0 left-0"
                style={{
                  width: tileWidth,
                  height: row?.height,
                  transform: `translate(${x}px, ${place.start}px)`,
                }}
              >
                <OutputTile job={item.job} output={item.output} ratio={item.ratio} />
                <SelectBox item={item} isSelected={selected.has(item.output.id)} onToggle={onToggle} />
              </li>
            );
          });
        })}
      </ul>
      {isLoading && items.length === 0 ? (
        <div className="flex flex-wrap gap-2" aria-hidden>
          {[1, 0.8, 1.5, 0.66, 1.78, 1, 0.8].map((ratio, index) => (
            <div key={index} style={{ flex: `${ratio} 1 ${ratio * 190}px`, aspectRatio: ratio }}>
              <Skeleton className="size-full rounded-lg" />
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function SelectBox({
  item,
  isSelected,
  onToggle,
}: {
  item: GalleryItem;
  isSelected: boolean;
  onToggle: (id: string) => void;
}) {
  const t = useMessages();
  const isAudio = item.job.type === 'audio';
  return (
    <>
      {isSelected ? (
        <span aria-hidden className="pointer-events-none absolute inset-0 rounded-lg ring-3 ring-accent ring-inset" />
      ) : null}
      <input
        type="checkbox"
        checked={isSelected}
        onChange={() => onToggle(item.output.id)}
        aria-label={t(isSelected ? 'gallery.deselect' : 'gallery.select', { prompt: promptOf(item.job.input) })}
        className={clsx(
          'absolute grid size-6 cursor-pointer appearance-none place-items-center rounded-full border-2 border-white/85 bg-black/35 text-white transition-opacity duration-150 group-hover/tile:opacity-100 checked:border-accent checked:bg-accent checked:after:text-xs checked:after:font-bold checked:after:content-["✓"] focus-visible:opacity-100 pointer-coarse:opacity-100',
          isAudio ? 'top-1.5 left-1.5' : 'top-2 right-2',
          isSelected ? 'opacity-100' : 'opacity-0',
        )}
      />
    </>
  );
}

/** The width inside of the scroller's padding; 0 before it is known. */
function useContentWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
