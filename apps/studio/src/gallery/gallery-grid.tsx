import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { Skeleton } from '../components/ui/skeleton.js';
import { useContentSize } from '../components/use-content-size.js';
import type { MediaFile } from '../media/media-file.js';
import { GalleryTile, type GalleryTileProps } from './gallery-tile.js';
import { layOutRows, meanRatio, rowHeightFor } from './rows.js';

interface GalleryGridProps extends Omit<GalleryTileProps, 'file' | 'sizes' | 'isFirst' | 'isSelected'> {
  files: readonly MediaFile[];
  isLoading: boolean;
  selected: ReadonlySet<string>;
  /** The end of what is loaded has come near. */
  onEnd: () => void;
}

const GAP = 8;
/** Rows kept beside the visible ones; with the rows' height this bounds how many tiles are mounted. */
const OVERSCAN = 1;
const NEAR_END_ROWS = 6;
/** So many files tell what pictures are like here. */
const SAMPLE = 100;

/** Only the rows in sight are in the page, whatever the number of files. */
export function GalleryGrid({ files, isLoading, selected, onEnd, ...tile }: GalleryGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const window = useContentSize(scroller);
  const hasFiles = files.length > 0;
  const rowHeight = useMemo(
    () => rowHeightFor(window, meanRatio(files.slice(0, SAMPLE)), 2 * OVERSCAN),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what comes later must not move what is in sight
    [window, hasFiles],
  );
  const rows = useMemo(
    () => (window.width === 0 ? [] : layOutRows(files, { width: window.width, gap: GAP, rowHeight })),
    [files, window.width, rowHeight],
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
          return (row?.tiles ?? []).map(({ file, width }) => {
            const x = left;
            left += width + GAP;
            return (
              <li
                key={file.id}
                className="group/tile absolute top-0 left-0"
                style={{ width, height: row?.height, transform: `translate(${x}px, ${place.start}px)` }}
              >
                <GalleryTile
                  file={file}
                  sizes={`${Math.ceil(width)}px`}
                  isFirst={place.index === 0}
                  isSelected={selected.has(file.id)}
                  {...tile}
                />
              </li>
            );
          });
        })}
      </ul>
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
