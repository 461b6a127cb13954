import { deviceMemory } from '../state/device-memory.js';
import { createStore, useStore } from '../state/store.js';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'base.theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

const theme = createStore<Theme>(readTheme());

function readTheme(): Theme {
  const stored = deviceMemory.read(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

const isDark = () => theme.get() === 'dark' || (theme.get() === 'system' && systemIsDark.matches);

function show(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
}

systemIsDark.addEventListener('change', show);

export function setTheme(next: Theme): void {
  theme.set(next);
  deviceMemory.write(STORAGE_KEY, next);
  show();
}

/** The theme that was chosen; `system` follows the device. */
export function useTheme(): { theme: Theme; isDark: boolean } {
  return { theme: useStore(theme), isDark: isDark() };
}
