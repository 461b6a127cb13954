import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { deviceMemory } from '../state/device-memory.js';
import { createStore } from '../state/store.js';

const STORAGE_KEY = 'base.shortcuts';
/** The second key of a pair comes within this. */
const PAIR_MS = 1_200;

/** Whether single keys do something; who speaks to the computer turns it off (WCAG 2.1.4). */
export const shortcutsOn = createStore(deviceMemory.read(STORAGE_KEY) !== 'off');
shortcutsOn.subscribe(() => deviceMemory.write(STORAGE_KEY, shortcutsOn.get() ? undefined : 'off'));

/** Where `g` and then a letter leads. */
const PLACES = new Map([
  ['c', '/'],
  ['g', '/gallery'],
  ['p', '/projects'],
  ['l', '/library'],
  ['u', '/usage'],
]);

/** Focuses what a page marks with `data-shortcut`. */
function focusOn(name: string): boolean {
  const element = document.querySelector<HTMLElement>(`[data-shortcut="${name}"]`);
  element?.focus();
  return element !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input:not([type=radio],[type=checkbox],[type=range]),textarea,select') !== null)
  );
}

/** The keys of the whole Studio: `?` for help, `n` to write, `/` to search, `g` and a letter to go. */
export function useShortcuts(showHelp: () => void): void {
  const router = useRouter();
  useEffect(() => {
    let goesAt = 0;
    const go = (to: string) => void router.navigate({ to });
    const focusOrGo = (name: string, to: string) => {
      if (!focusOn(name)) go(to);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (event.key !== '?' && !shortcutsOn.get()) return;
      if (document.querySelector('[role=dialog],[role=menu]')) return;
      const place = PLACES.get(event.key);
      if (event.timeStamp - goesAt < PAIR_MS && place) {
        goesAt = 0;
        go(place);
      } else if (event.key === 'g') goesAt = event.timeStamp;
      else if (event.key === '?') showHelp();
      else if (event.key === 'n') focusOrGo('prompt', '/');
      else if (event.key === '/') focusOrGo('search', '/gallery');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [router, showHelp]);
}
