import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Input } from 'mediabunny';
import { soundSeconds } from './sound-length.js';

/** Bytes that can be read from anywhere, without holding all of them. */
export interface RandomAccess {
  bytes: number;
  /** @param end the first byte that is not read any more */
  read(start: number, end: number): Readable | Uint8Array;
}

/** What a sound or film says of itself. */
export interface MediaFacts {
  /** Undefined when the file is what its first bytes say; containers of both kinds hold a sound when no film is inside. */
  mimeType?: string;
  durationMs: number;
  /** As it is shown, with its rotation. */
  width?: number;
  height?: number;
}

/**
 * Reads the structure of a sound or film, not its frames; of a sound within a container, whose length is a price, the
 * packets are counted.
 * @returns undefined when it cannot be read
 */
export async function probeMedia(file: RandomAccess): Promise<MediaFacts | undefined> {
  // Loaded when the first file is measured: most processes never do.
  const { ALL_FORMATS, CustomSource, Input } = await import('mediabunny');
  const source = new CustomSource({
    getSize: () => file.bytes,
    read: (start, end) => {
      const part = file.read(start, end);
      return part instanceof Uint8Array ? part : buffer(part);
    },
    prefetchProfile: 'fileSystem',
  });
  const input = new Input({ formats: ALL_FORMATS, source });
  try {
    const seconds = await input.computeDuration();
    if (!(Number.isFinite(seconds) && seconds > 0)) return undefined;
    const track = await input.getPrimaryVideoTrack();
    if (!track) return await probeSound(input, seconds);
    const durationMs = Math.ceil(seconds * 1000);
    return { durationMs, width: await track.getDisplayWidth(), height: await track.getDisplayHeight() };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}

async function probeSound(input: Input, claimedSeconds: number): Promise<MediaFacts> {
  const mimeType = soundType(await input.getMimeType());
  const track = mimeType && (await input.getPrimaryAudioTrack());
  const seconds = track ? await soundSeconds(track, claimedSeconds) : claimedSeconds;
  return { durationMs: Math.ceil(seconds * 1000), mimeType };
}

/** The media type of a container that holds a sound only; undefined: it can hold nothing else. */
function soundType(mimeType: string): string | undefined {
  const container = mimeType.split(';', 1)[0];
  if (container === 'video/mp4' || container === 'video/quicktime' || container === 'audio/mp4') return 'audio/mp4';
  return container === 'video/webm' || container === 'audio/webm' ? 'audio/webm' : undefined;
}
