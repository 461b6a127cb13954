import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from '../providers/sandbox/index.js';
import { WholeFile } from './whole-file.js';

const image = (format: 'png' | 'jpeg' | 'webp') =>
  renderSandboxImage({ prompt: 'Um farol', seed: 1, width: 64, height: 64, format });
const FILES = [
  ['png', () => image('png')],
  ['jpeg', () => image('jpeg')],
  ['webp', () => image('webp')],
  ['mp4', () => renderSandboxVideo({ prompt: 'Um farol', seed: 1, width: 64, height: 64, seconds: 1 })],
  ['wav', () => renderSandboxAudio({ text: 'Oi', seed: 1, kind: 'speech', format: 'wav' })],
] as const;

/** Lets the bytes through in pieces of this size. */
function through(bytes: Buffer, mimeType: string, piece: number): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
    bytes.subarray(at * piece, (at + 1) * piece),
  );
  return buffer(Readable.from(pieces).pipe(new WholeFile(mimeType)));
}

describe.each(FILES)('a file of type %s', (_, make) => {
  it.each([7, 1000, 1_000_000])('that is whole passes unchanged, in pieces of %d bytes', async (piece) => {
    const { bytes, mimeType } = await make();
    expect((await through(bytes, mimeType, piece)).equals(bytes)).toBe(true);
  });

  it('that is cut in half is noticed at its end', async () => {
    const { bytes, mimeType } = await make();
    await expect(through(bytes.subarray(0, bytes.length / 2), mimeType, 1000)).rejects.toThrow('ends too early');
  });
});

it('an empty file is never whole', async () => {
  await expect(through(Buffer.alloc(0), 'audio/mpeg', 10)).rejects.toThrow('ends too early');
});
