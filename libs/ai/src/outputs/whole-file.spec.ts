import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from '../providers/sandbox/index.js';
import { fakeSpeech, type SpeechFormat } from '../testing/fake-speech.js';
import { WholeFile } from './whole-file.js';

const image = (format: 'png' | 'jpeg' | 'webp') =>
  renderSandboxImage({ prompt: 'Um farol', seed: 1, width: 64, height: 64, format });
const sound = async (format: SpeechFormat, mimeType: string) => ({
  bytes: await buffer(Readable.from(fakeSpeech('Um farol ao entardecer', format, 1))),
  mimeType,
});
const FILES = [
  ['png', () => image('png')],
  ['jpeg', () => image('jpeg')],
  ['webp', () => image('webp')],
  ['mp4', () => renderSandboxVideo({ prompt: 'Um farol', seed: 1, width: 64, height: 64, seconds: 1 })],
  ['wav', () => renderSandboxAudio({ text: 'Oi', seed: 1, kind: 'speech', format: 'wav' })],
  ['mp3', () => sound('mp3', 'audio/mpeg')],
  ['mp3 with a tag before and after', () => sound('mp3', 'audio/mpeg').then(tagged)],
  ['aac', () => sound('aac', 'audio/aac')],
  ['ogg', () => sound('opus', 'audio/ogg')],
  ['flac', () => sound('flac', 'audio/flac')],
  ['flac with a tag after', () => sound('flac', 'audio/flac').then(tagged)],
  ['aac with padding', () => sound('aac', 'audio/aac').then(padded)],
  ['ogg with padding', () => sound('opus', 'audio/ogg').then(padded)],
] as const;

/** ID3, 1 at the end; for MP3 2.3 with a title of 300 bytes as well. */
function tagged({ bytes, mimeType }: { bytes: Buffer; mimeType: string }) {
  const after = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125)]);
  if (mimeType !== 'audio/mpeg') return { bytes: Buffer.concat([bytes, after]), mimeType };
  const before = Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\x02\x2c', 'latin1'), Buffer.alloc(300, 0xff)]);
  return { bytes: Buffer.concat([before, bytes, after]), mimeType };
}

function padded({ bytes, mimeType }: { bytes: Buffer; mimeType: string }) {
  return { bytes: Buffer.concat([bytes, Buffer.alloc(5)]), mimeType };
}

/** Lets the bytes through in pieces of this size. */
function through(bytes: Buffer, mimeType: string, piece: number): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
    bytes.subarray(at * piece, (at + 1) * piece),
  );
  return buffer(Readable.from(pieces).pipe(new WholeFile(mimeType)));
}

describe.each(FILES)('a file of type %s', (_, make) => {
  let file: { bytes: Buffer; mimeType: string };
  beforeAll(async () => {
    file = await make();
  });

  it.each([7, 1000, 1_000_000])('that is whole passes unchanged, in pieces of %d bytes', async (piece) => {
    const { bytes, mimeType } = file;
    expect((await through(bytes, mimeType, piece)).equals(bytes)).toBe(true);
  });

  it('that is cut in half is noticed at its end', async () => {
    const { bytes, mimeType } = file;
    await expect(through(bytes.subarray(0, bytes.length / 2), mimeType, 1000)).rejects.toThrow('ends too early');
  });
});

it('a recording of somebody’s own may end in the middle of a frame', async () => {
  const { bytes } = await sound('mp3', 'audio/mpeg');
  const cut = bytes.subarray(0, -50);
  const given = Readable.from([cut]).pipe(new WholeFile('audio/mpeg', { wholeFrames: false }));
  expect((await buffer(given)).equals(cut)).toBe(true);
  await expect(through(cut, 'audio/mpeg', 1000)).rejects.toThrow('ends too early');
});

it('an empty file is never whole', async () => {
  await expect(through(Buffer.alloc(0), 'audio/mpeg', 10)).rejects.toThrow('ends too early');
});

it('a box that says that it has no length is passed through like any other', async () => {
  const movie = Buffer.alloc(32);
  movie.write('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x01free', 'latin1');
  expect((await through(movie, 'video/mp4', 1000)).equals(movie)).toBe(true);
});
