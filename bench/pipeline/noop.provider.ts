import type { Provider } from '#ai';

/** The smallest PNG: one transparent pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Takes the sandbox's place, and has an image ready before it is asked. */
export const noopProvider: Provider = {
  id: 'sandbox',
  abilities: { idempotentSubmit: true, cancel: true, callbacks: false },
  isConfigured: () => true,
  submit: () =>
    Promise.resolve({
      state: 'done',
      outputs: [{ mimeType: 'image/png', body: PIXEL, width: 1, height: 1 }],
      usage: { costUsdMicros: 0n, quantities: { output: 1n } },
    }),
  poll: () => Promise.reject(new Error('A generation that is done at once is never polled')),
  cancel: () => Promise.resolve(),
  parseCallback: () => Promise.resolve(undefined),
  health: () => Promise.resolve({ state: 'healthy', latencyMs: 0 }),
};
