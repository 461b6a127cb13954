/**
 * The length of a sound or video file in seconds, by its own structure.
 * @returns undefined when it cannot be read
 */
export async function measureSeconds(bytes: Buffer): Promise<number | undefined> {
  // Loaded when the first file is measured: most processes never do.
  const { ALL_FORMATS, BufferSource, Input } = await import('mediabunny');
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  try {
    const seconds = await input.computeDuration();
    return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}
