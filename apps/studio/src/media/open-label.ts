import { useFormats } from '../i18n/formats.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import type { MediaType } from './media-type.js';

/** What a file is called: by what was asked for; what was made without words, by its kind. */
export function nameOf(t: Translator, { type, prompt }: { type: MediaType; prompt: string | null }): string {
  return prompt?.trim() ? prompt : t(`media.${type}`);
}

/** What a link to a file is called; of films also the length that stands on it, so that what is seen can be said. */
export function useOpenLabel(): (file: { type: MediaType; durationMs: number | null }, prompt: string) => string {
  const t = useMessages();
  const formats = useFormats();
  return ({ type, durationMs }, words) => {
    const prompt = nameOf(t, { type, prompt: words });
    return type === 'video'
      ? t('media.openFilm', { prompt, duration: formats.duration(durationMs ?? 0) })
      : t('media.open', { prompt });
  };
}
