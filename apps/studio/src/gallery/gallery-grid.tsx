import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { Skeleton } from '../components/ui/skeleton.js';
import { useContentSize } from '../components/use-content-size.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaFile } from '../media/media-file.js';
import { GalleryTile, type GalleryTileProps } from './gallery-tile.js';
import { layOutRows, placeByKey, rowHeightFor } from './rows.js';
import { useRovingFocus } from './use-roving-focus.js';

interface GalleryGridProps extends Omit<GalleryTileProps, 'file' | 'sizes' | 'isFirst' | 'isSelected' | 'isActive'> {
  files: readonly MediaFile[];
  isLoading: boolean;
  /** There is more than is loaded. */
  hasMore: boolean;
  selected: ReadonlySet<string>;
  /** The end of what is loaded has come near. */
  onEnd: () => void;
}

const GAP = 8;
/** Rows kept beside the visible ones; with the rows' height this bounds how many tiles are mounted. */
const OVERSCAN = 1;
/** The row with the focus stays, wherever one scrolls to. */
const FOCUSED = 1;
const NEAR_END_ROWS = 6;
/** So many files tell what pictures are like here. */
const SAMPLE = 100;

/** Only the rows in sight are in the page, whatever the number of files, and the one that has the focus. */
export function GalleryGrid({ files, isLoading, hasMore, selected, onEnd, ...tile }: GalleryGridProps) {
  const t = useMessages();
  const scroller = useRef<HTMLDivElement>(null);
  const window = useContentSize(scroller);
  const hasFiles = files.length > 0;
  const rowHeight = useMemo(
    () => rowHeightFor(window, GAP, files.slice(0, SAMPLE), 2 * OVERSCAN + FOCUSED),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what comes later must not move what is in sight
    [window, hasFiles],
  );
  const rows = useMemo(
    () => (window.width === 0 ? [] : layOutRows(files, { width: window.width, gap: GAP, rowHeight })),
    [files, window.width, rowHeight],
  );
  const focus = useRovingFocus(rows);
  // eslint-disable-next-line react-hooks/incompatible-library -- its answers are used while drawing only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.height ?? 0) + GAP,
    overscan: OVERSCAN,
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...(rows.length > 0 ? [focus.place.row] : [])])].toSorted(
        (a, b) => a - b,
      ),
  });
  useEffect(() => virtualizer.measure(), [rows, virtualizer]);
  const drawn = virtualizer.getVirtualItems();
  const last = virtualizer.range?.endIndex ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - NEAR_END_ROWS) onEnd();
  }, [last, rows.length, onEnd]);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    // A sound is sought by the arrows, a box is checked by the space bar.
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === ' ' && event.target instanceof HTMLAnchorElement) {
      event.preventDefault();
      if (focus.file) tile.onToggle(focus.file.id, event.shiftKey);
      return;
    }
    const pageRows = Math.max(1, Math.floor(window.height / (rowHeight + GAP)));
    const next = placeByKey(rows, focus.place, event, pageRows);
    if (!next || event.altKey || event.metaKey) return;
    event.preventDefault();
    focus.moveTo(next);
    virtualizer.scrollToIndex(next.row);
  };
  return (
    <div ref={scroller} className="scroll-quiet min-h-0 flex-1 overflow-y-auto px-4 pb-24 sm:px-6" data-gallery>
      <div
        ref={focus.grid}
        {...(hasFiles && {
          role: 'grid',
          'aria-label': t('gallery.title'),
          'aria-multiselectable': true,
          // -1: nobody knows yet.
          'aria-rowcount': hasMore ? -1 : rows.length,
        })}
        aria-busy={isLoading}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
      >
        {drawn.map(({ index, start }) => {
          const row = rows[index];
          let left = 0;
          return row === undefined ? null : (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: row.height, transform: `translateY(${start}px)` }}
            >
              {row.tiles.map(({ file, width }, column) => {
                const x = left;
                left += width + GAP;
                return (
                  <div
                    key={file.id}
                    role="gridcell"
                    aria-colindex={column + 1}
                    aria-selected={selected.has(file.id)}
                    data-file={file.id}
                    className="group/tile absolute inset-y-0 left-0"
                    style={{ width, transform: `translateX(${x}px)` }}
                  >
                    <GalleryTile
                      file={file}
                      sizes={`${Math.ceil(width)}px`}
                      isFirst={index === 0}
                      isSelected={selected.has(file.id)}
                      isActive={file.id === focus.file?.id}
                      {...tile}
                    />
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
      {isLoading && !hasFiles ? <GridSkeleton /> : null}
    </div>
  );
}

const SKELETON_RATIOS = [1, 0.8, 1.5, 0.66, 1.78, 1, 0.8, 1.5, 1, 0.66, 1.78, 0.8, 1, 1.5];

function GridSkeleton() {
  return (
    <div className="flex flex-wrap gap-2" aria-hidden>
      {SKELETON_RATIOS.map((ratio, index) => (
        <div key={index} style={{ flex: `${ratio} 1 ${ratio * 190}px`, aspectRatio: ratio }}>
          <Skeleton className="size-full rounded-lg" />
        </div>
      ))}
    </div>
  );
}
