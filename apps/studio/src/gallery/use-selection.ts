import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MediaFile } from '../media/media-file.js';

export interface Selection {
  ids: ReadonlySet<string>;
  /** Those of the selected that are loaded, in their order. */
  files: readonly MediaFile[];
  toggle: (id: string, isRange: boolean) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Files chosen one by one, or from the last one to another with Shift. Ctrl+A chooses all that are loaded, Esc none.
 * @param scope what is shown: another one begins with nothing chosen
 */
export function useSelection(files: readonly MediaFile[], scope: string): Selection {
  const [chosen, setChosen] = useState({ scope, ids: NONE });
  const ids = chosen.scope === scope ? chosen.ids : NONE;
  const last = useRef<string>(undefined);
  const latest = useRef(files);
  useEffect(() => {
    latest.current = files;
  }, [files]);

  const change = useCallback(
    (next: (ids: ReadonlySet<string>) => ReadonlySet<string>) =>
      setChosen((known) => ({ scope, ids: next(known.scope === scope ? known.ids : NONE) })),
    [scope],
  );
  const clear = useCallback(() => change(() => NONE), [change]);
  const toggle = useCallback(
    (id: string, isRange: boolean) => {
      const from = latest.current.findIndex((file) => file.id === last.current);
      const to = latest.current.findIndex((file) => file.id === id);
      last.current = id;
      change((known) => {
        const next = new Set(known);
        if (isRange && from >= 0) {
          for (const file of latest.current.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(file.id);
        } else if (!next.delete(id)) next.add(id);
        return next;
      });
    },
    [change],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.target instanceof HTMLElement &&
        event.target.closest('input:not([type=checkbox]),textarea,[role=dialog]')
      )
        return;
      if (event.key === 'Escape') clear();
      else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        change(() => new Set(latest.current.map(({ id }) => id)));
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [change, clear]);

  return { ids, files: useMemo(() => files.filter(({ id }) => ids.has(id)), [files, ids]), toggle, clear };
}
