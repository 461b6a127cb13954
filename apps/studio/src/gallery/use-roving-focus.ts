import { type FocusEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { MediaFile } from '../media/media-file.js';
import type { GalleryRow, Place } from './rows.js';

interface RovingFocus {
  /** Of the grid; each tile in it says by `data-file` what it shows. */
  grid: RefObject<HTMLDivElement | null>;
  /** The tile that Tab leads to. */
  place: Place;
  file: MediaFile | undefined;
  moveTo: (place: Place) => void;
  onFocus: (event: FocusEvent) => void;
  onBlur: (event: FocusEvent) => void;
}

const FIRST: Place = { row: 0, column: 0 };

/**
 * One tile of many is reached by Tab; keys move on from it. The focus goes with its file: it stays on it when rows are
 * laid out anew, and goes to what took its place when it is gone.
 */
export function useRovingFocus(rows: readonly GalleryRow[]): RovingFocus {
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<{ id: string | undefined; place: Place }>({ id: undefined, place: FIRST });
  // True while the focus is within, also after what had it was taken away.
  const isWithin = useRef(false);
  const place = placeOf(rows, active.id) ?? nearest(rows, active.place);
  const file = rows[place.row]?.tiles[place.column]?.file;
  useEffect(() => {
    if (!isWithin.current || !grid.current || file === undefined) return;
    const tile = grid.current.querySelector(`[data-file="${file.id}"]`);
    if (tile && !tile.contains(document.activeElement)) {
      tile.querySelector<HTMLElement>('a')?.focus({ preventScroll: true });
    }
  });
  return {
    grid,
    place,
    file,
    moveTo: (next) => setActive({ id: rows[next.row]?.tiles[next.column]?.file.id, place: next }),
    onFocus: ({ target }) => {
      isWithin.current = true;
      const id = target.closest<HTMLElement>('[data-file]')?.dataset['file'];
      const at = placeOf(rows, id);
      if (at && id !== active.id) setActive({ id, place: at });
    },
    onBlur: ({ relatedTarget }) => {
      isWithin.current = relatedTarget !== null && grid.current?.contains(relatedTarget) === true;
    },
  };
}

function placeOf(rows: readonly GalleryRow[], id: string | undefined): Place | undefined {
  if (id === undefined) return undefined;
  for (const [row, { tiles }] of rows.entries()) {
    const column = tiles.findIndex(({ file }) => file.id === id);
    if (column >= 0) return { row, column };
  }
  return undefined;
}

function nearest(rows: readonly GalleryRow[], { row, column }: Place): Place {
  const last = Math.max(0, Math.min(row, rows.length - 1));
  return { row: last, column: Math.max(0, Math.min(column, (rows[last]?.tiles.length ?? 1) - 1)) };
}
