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

/** Saves several files, one after the other: a browser drops downloads that begin in the same moment. */
export async function saveAll(links: readonly string[]): Promise<void> {
  const PAUSE_MS = 350;
  for (const link of links) {
    saveLink(link);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
