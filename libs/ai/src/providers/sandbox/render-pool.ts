import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { RenderTask } from './media-requests.js';

/** Two pictures of 4096 pixels square at once are about 700 MB at worst; more threads than cores would gain nothing. */
const mostThreads = 2;
/** An idle thread goes away and takes the canvas and the encoders with it. */
const idleTimeoutMs = 20_000;

let pool: Piscina | undefined;

/**
 * Renders in a thread of a small pool, started on first use, so that the event loop never waits for a drawing. Run from
 * TypeScript sources (tests) there is no compiled entry a thread could load; the work is then done in place.
 */
export async function renderInPool<Result extends { readonly bytes: Buffer }>(task: RenderTask): Promise<Result> {
  if (import.meta.url.endsWith('.ts')) {
    const { default: render } = await import('./render-task.js');
    return (await render(task)) as unknown as Result;
  }
  pool ??= new Piscina({
    filename: fileURLToPath(new URL('./render-task.js', import.meta.url)),
    minThreads: 0,
    maxThreads: mostThreads,
    idleTimeout: idleTimeoutMs,
  });
  const result = (await pool.run(task)) as Result;
  // A Buffer arrives from another thread as a plain Uint8Array.
  const { buffer, byteOffset, byteLength } = result.bytes;
  return { ...result, bytes: Buffer.from(buffer, byteOffset, byteLength) };
}
