import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls `take` with every whole line of the stream. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take);
}
