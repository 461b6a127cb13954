import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { renderSandboxVideo } from '../providers/sandbox/index.js';
import { type FakeAnswer, fileAnswer } from './fake-answers.js';
import { fakePicture } from './fake-picture.js';
import type { FakeRoute } from './fake-server.js';
import { fakeSpeech } from './fake-speech.js';

export type FakeFileType = 'image' | 'video' | 'audio';

const EXTENSIONS: Readonly<Record<FakeFileType, string>> = { image: 'png', video: 'mp4', audio: 'mp3' };
const SIDE = 64;

/** Drawn once: it is the same film every time, and drawing takes a while. */
let film: Promise<Buffer> | undefined;

/** Where a fake keeps the files of a generation: on itself, below `/files`. */
export function fileUrls(origin: string, id: string, { type, count }: { type: FakeFileType; count: number }): string[] {
  return Array.from({ length: count }, (_, index) => `${origin}/files/${id}/${index}.${EXTENSIONS[type]}`);
}

/**
 * The route to these files; open, as real links are.
 * @param picture a JPEG to answer with for pictures
 */
export function fileRoute(path: string, picture?: Buffer): FakeRoute | undefined {
  const [, id = '', index = '0', extension] = /^\/files\/([\w-]+)\/(\d+)\.(png|mp4|mp3)$/.exec(path) ?? [];
  if (extension === undefined) return undefined;
  const answer = () =>
    extension === 'png' && picture ? fileAnswer('image/jpeg', picture) : fileOf(extension, `${id} ${index}`);
  return { kind: 'file', open: true, answer };
}

async function fileOf(extension: string, text: string): Promise<FakeAnswer> {
  if (extension === 'mp4') {
    film ??= renderSandboxVideo({ prompt: 'A lighthouse', seed: 1, width: SIDE, height: SIDE, seconds: 1 }).then(
      ({ bytes }) => Buffer.from(bytes),
    );
    return fileAnswer('video/mp4', await film);
  }
  if (extension === 'mp3') return fileAnswer('audio/mpeg', await buffer(Readable.from(fakeSpeech(text, 'mp3', 4))));
  const drawing = { prompt: text, index: 0, width: SIDE, height: SIDE, format: 'png', transparent: false } as const;
  return fileAnswer('image/png', await fakePicture(drawing));
}
