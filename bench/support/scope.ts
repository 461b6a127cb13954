const open = new Set<AsyncDisposableStack>();

/** Runs `work` with a stack of what must be undone afterwards, also when the program is told to stop in the middle. */
export async function within<T>(work: (cleanup: AsyncDisposableStack) => Promise<T>): Promise<T> {
  const cleanup = new AsyncDisposableStack();
  open.add(cleanup);
  try {
    return await work(cleanup);
  } finally {
    await cleanup.disposeAsync();
    open.delete(cleanup);
  }
}

/** Undoes everything that is still open, what was opened last first. */
export async function endAll(): Promise<void> {
  for (const cleanup of [...open].reverse()) await cleanup.disposeAsync().catch(() => undefined);
}
