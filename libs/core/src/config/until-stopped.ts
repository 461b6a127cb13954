/** Past this the process ends anyway: whoever stops it has waited long enough. */
const FORCE_AFTER_MS = 40_000;

/**
 * Closes the application once, when the process is asked to stop: SIGTERM, SIGINT, or the end of the process that
 * started it (its IPC channel closes; without this a killed parent would leave orphans). Exits 0 after a clean close.
 */
export function untilStopped(close: () => Promise<unknown>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), FORCE_AFTER_MS).unref();
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
