import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Bytes that can be read from anywhere, without holding all of them. */
export interface RandomAccess {
  bytes: number;
  /** @param end the first byte that is not read any more */
  read(start: number, end: number): Promise<Readable> | Readable;
}

/** What a sound or film says of itself. */
export interface MediaFacts {
  durationMs: number;
  hasVideo: boolean;
  /** As it is shown, with its rotation. */
  width?: number;
  height?: number;
}

/**
 * Reads the structure of a sound or film, not its frames.
 * @returns undefined when it cannot be read
 */
export async function probeMedia(file: RandomAccess): Promise<MediaFacts | undefined> {
  // Loaded when the first file is measured: most processes never do.
  const { ALL_FORMATS, CustomSource, Input } = await import('mediabunny');
  const source = new CustomSource({
    getSize: () => file.bytes,
    read: async (start, end) => buffer(await file.read(start, end)),
    prefetchProfile: 'fileSystem',
  });
  const input = new Input({ formats: ALL_FORMATS, source });
  try {
    const seconds = await input.computeDuration();
    if (!(Number.isFinite(seconds) && seconds > 0)) return undefined;
    const track = await input.getPrimaryVideoTrack();
    const facts = { durationMs: Math.ceil(seconds * 1000), hasVideo: track !== null };
    if (!track) return facts;
    return { ...facts, width: await track.getDisplayWidth(), height: await track.getDisplayHeight() };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}
