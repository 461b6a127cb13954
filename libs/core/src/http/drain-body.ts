import type { IncomingMessage } from 'node:http';

/** What is thrown away of a body that was refused, at most; whoever sends more, or slower, is cut off. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Reads a body that nobody wants to its end. Most clients look for the answer only after they have sent everything: a
 * connection that is closed before is a broken pipe to them, which they repeat, and not the refusal that it was.
 */
export function drainBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) done();
    };
    const timer = setTimeout(done, MAX_MS);
    request.on('data', count).once('end', done).once('close', done);
    function done(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done);
      resolve();
    }
  });
}
