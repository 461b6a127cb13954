import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** Then the thread goes, and 80 MB of tables with it. */
const IDLE_TIMEOUT_MS = 10 * 60_000;

let thread: Piscina | undefined;

/**
 * Counts the tokens of a text as OpenAI does, in a thread that starts with the first text: loading the tables takes half a
 * second, in which the event loop would wait. Run from TypeScript sources (tests) there is no compiled entry a thread could
 * load; the work is then done in place.
 */
export async function countTokens(text: string): Promise<bigint> {
  if (import.meta.url.endsWith('.ts')) {
    const { default: count } = await import('./count-tokens-task.js');
    return BigInt(count(text));
  }
  thread ??= new Piscina({
    filename: fileURLToPath(new URL('./count-tokens-task.js', import.meta.url)),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_TIMEOUT_MS,
  });
  return BigInt((await thread.run(text)) as number);
}
