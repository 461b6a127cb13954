import type { Language } from '../i18n/messages.js';

/** Each language by its own name. */
export const LANGUAGE_NAMES: Record<Language, string> = { 'pt-BR': 'Português (Brasil)', en: 'English' };
