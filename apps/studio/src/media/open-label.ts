import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from './media-type.js';

/** What a link to a file is called; of films also the length that stands on it, so that what is seen can be said. */
export function useOpenLabel(): (file: { type: MediaType; durationMs: number | null }, prompt: string) => string {
  const t = useMessages();
  const formats = useFormats();
  return ({ type, durationMs }, words) => {
    // What was made without words is called by its kind.
    const prompt = words || t(`media.${type}`);
    return type === 'video'
      ? t('media.openFilm', { prompt, duration: formats.duration(durationMs ?? 0) })
      : t('media.open', { prompt });
  };
}
