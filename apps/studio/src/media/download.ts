import type { MediaFile } from './media-file.js';

const NAME_LETTERS = 48;

/** A link that saves the file under a name a person recognises. */
export function downloadLink(file: Pick<MediaFile, 'id' | 'prompt' | 'url'>): string {
  const words = file.prompt.trim().slice(0, NAME_LETTERS).trim() || file.id;
  const url = new URL(file.url);
  const extension = /\.(\w+)$/.exec(url.pathname)?.[1] ?? 'bin';
  url.searchParams.set('download', `${words}.${extension}`);
  return url.toString();
}

/** Lets the browser save what a link leads to. */
export function saveLink(link: string): void {
  const anchor = document.createElement('a');
  anchor.href = link;
  anchor.download = '';
  anchor.click();
}
