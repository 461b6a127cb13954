import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FileTooLarge } from './storage.errors.js';

const COLLECT_EVERY_BYTES = 2 * 1024 ** 2;

let collect: ((options: { type: 'minor' }) => void) | undefined;

/**
 * Lets go of the pieces of a long file that have passed. Each lies outside of the heap, which sees only their small handles
 * and would let some 60 MB of them gather before it looks; a look at the young generation takes a millisecond or two.
 */
function collectPieces(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect?.({ type: 'minor' });
}

/** Counts and hashes what flows through, and ends with FileTooLarge when it is too much. */
export class Meter extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly maxBytes = Number.POSITIVE_INFINITY) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null, data?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      done(FileTooLarge(`The limit is ${this.maxBytes} bytes.`));
      return;
    }
    this.hash.update(chunk);
    if (Math.floor(this.bytes / COLLECT_EVERY_BYTES) > Math.floor((this.bytes - chunk.length) / COLLECT_EVERY_BYTES)) {
      collectPieces();
    }
    done(null, chunk);
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

export function toStream(body: Readable | Buffer): Readable {
  return Buffer.isBuffer(body) ? Readable.from([body], { objectMode: false }) : body;
}
