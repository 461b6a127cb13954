import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '#core/config';
import { LightSteps } from './light-steps.js';

const configFor = (startsPerSecond: number) => ({ jobs: { startsPerSecond }, shutdownTimeoutMs: 1000 }) as AppConfig;
const never = (shutdown: AbortSignal) =>
  new Promise<void>((resolve) => shutdown.addEventListener('abort', () => resolve()));

describe('steps at providers that work elsewhere', () => {
  let steps: LightSteps;
  const stop = async () => {
    steps.onModuleDestroy();
    await steps.beforeApplicationShutdown();
  };
  afterEach(stop);

  describe('on a worker that begins many in a second', () => {
    beforeEach(() => {
      steps = new LightSteps(configFor(10_000));
    });

    it('keeps half of the room for looks', async () => {
      for (let begun = 0; begun < 32; begun++) {
        expect(await steps.untilRoomToStart()).toBe(true);
        steps.start(never);
      }
      const another = steps.untilRoomToStart();
      expect(steps.room).toBe(32);
      await stop();
      expect(await another).toBe(false);
    });

    it('begins nothing while more looks are due than there is room for', async () => {
      steps.looksAreBehind = true;
      const start = steps.untilRoomToStart();
      const first = await Promise.race([
        start.then(() => 'begun'),
        new Promise((resolve) => setTimeout(resolve, 30, 'waits')),
      ]);
      expect(first).toBe('waits');
      steps.looksAreBehind = false;
      expect(await start).toBe(true);
    });
  });

  it('lets a few begin at once, and the others at the pace that is set, until the worker stops', async () => {
    steps = new LightSteps(configFor(0.001));
    let begun = 0;
    while (await steps.untilRoomToStart()) {
      steps.start(() => Promise.resolve());
      begun += 1;
      // Reached before only by starts that need not wait.
      if (begun === 4) setImmediate(() => steps.onModuleDestroy());
    }
    expect(begun).toBe(4);
  });
});
