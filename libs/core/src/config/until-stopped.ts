/** Closing takes what running work is allowed, and this much for everything else. */
const EXTRA_MS = 10_000;

/**
 * Closes the application once, when the process is asked to stop: SIGTERM, SIGINT, or the end of the process that
 * started it (its IPC channel closes; without this a killed parent would leave orphans). Exits 0 after a clean close,
 * and 1 when closing takes far longer than `allowedMs`.
 */
export function untilStopped(close: () => Promise<unknown>, allowedMs: number): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), allowedMs + EXTRA_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.channel) process.on('disconnect', stop);
}
