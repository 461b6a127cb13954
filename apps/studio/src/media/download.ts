import type { JobDto, JobOutputDto } from '#sdk';
import { promptOf } from '../create/generations.js';

const NAME_LETTERS = 48;

/** A link that saves the file under a name a person recognises. */
export function downloadLink(job: Pick<JobDto, 'input'>, output: JobOutputDto): string {
  const words = promptOf(job.input).trim().slice(0, NAME_LETTERS).trim() || output.id;
  const extension = /\.(\w+)$/.exec(new URL(output.url).pathname)?.[1] ?? 'bin';
  const url = new URL(output.url);
  url.searchParams.set('download', `${words}.${extension}`);
  return url.toString();
}

/** Saves several files, one after the other: a browser drops downloads that begin in the same moment. */
export async function downloadAll(links: readonly string[]): Promise<void> {
  const PAUSE_MS = 350;
  for (const link of links) {
    const anchor = document.createElement('a');
    anchor.href = link;
    anchor.download = '';
    anchor.click();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
