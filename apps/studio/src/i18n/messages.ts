import { setupI18n, type I18n } from '@lingui/core';
import { deviceMemory } from '../state/device-memory.js';
import type english from '../locales/en.json';
import type portuguese from '../locales/pt-BR.json';

export const LANGUAGES = ['pt-BR', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** A message of the catalogues. English names them; one that another language lacks does not compile. */
export type MessageId = keyof typeof english;
export type MessageValues = Record<string, string | number>;

/** Each language is two chunks, what is needed first and the rest; `messages-plugin.ts` compiles them while building. */
const CATALOGUES: Record<Language, () => Promise<{ default: Record<MessageId, string> }>> = {
  'pt-BR': (): Promise<{ default: Record<MessageId, string> & typeof portuguese }> => import('../locales/pt-BR.json'),
  en: () => import('../locales/en.json'),
};

const LATER: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  'pt-BR': () => import('../locales/pt-BR.json?later'),
  en: () => import('../locales/en.json?later'),
};

const STORAGE_KEY = 'base.language';

export const i18n: I18n = setupI18n();

/** Loads a language and shows it everywhere. The first screen does not wait for what it says nothing of. */
export async function speak(language: Language): Promise<void> {
  const later = LATER[language]();
  const { default: messages } = await CATALOGUES[language]();
  i18n.loadAndActivate({ locale: language, messages: messages });
  document.documentElement.lang = language;
  const whole = later.then(({ default: rest }) => i18n.load(language, rest));
  if (location.pathname !== '/') await whole;
}

/** The language chosen here before, else the browser's, as `appearance.js` found it. */
export function firstLanguage(): Language {
  return document.documentElement.lang === 'en' ? 'en' : 'pt-BR';
}

/** Remembers the choice on this device. */
export const rememberLanguage = (language: Language): void => deviceMemory.write(STORAGE_KEY, language);
