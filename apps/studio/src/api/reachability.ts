import { getLiveness } from '#sdk';
import { createStore } from '../state/store.js';
import { anonymousClient } from './clients.js';

const PROBE_MS = 2_500;

/** Whether the API answered when it was last asked. */
export const reachability = createStore(true);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Something got no answer at all: asks until the API answers again, and tells both ends of the outage. */
export function noteUnreachable(): void {
  if (timer) return;
  const probe = async () => {
    const { response } = await getLiveness({ client: anonymousClient });
    timer = undefined;
    reachability.set(response?.ok === true);
    if (!reachability.get()) {
      timer = setTimeout(() => void probe(), PROBE_MS);
    }
  };
  timer = setTimeout(() => void probe(), 0);
}

/** Waits for the end of an outage; without one, not at all. */
export async function untilReachable(): Promise<void> {
  if (reachability.get()) return;
  await new Promise<void>((resolve) => {
    const stop = reachability.subscribe(() => {
      if (!reachability.get()) return;
      stop();
      resolve();
    });
  });
}
