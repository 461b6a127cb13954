import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobOutputDto } from '#sdk';
import { ensure } from './demo.errors.js';

interface Format {
  extension: string;
  /** Whether the bytes begin as such a file does. */
  begins: (bytes: Buffer) => boolean;
}

const FORMATS: Record<string, Format> = {
  'image/png': { extension: 'png', begins: (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n' },
  'video/mp4': { extension: 'mp4', begins: (bytes) => bytes.subarray(4, 8).toString('latin1') === 'ftyp' },
  // An ID3 tag, or the eleven set bits that begin an MPEG audio frame.
  'audio/mpeg': {
    extension: 'mp3',
    begins: (bytes) =>
      bytes.subarray(0, 3).toString('latin1') === 'ID3' || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0),
  },
};

/**
 * Downloads one file of a job by its signed link, as anybody could who was given it, and checks everything that was
 * said about it.
 * @returns where it lies now
 * @throws DemoFailure
 */
export async function downloadOutput(output: JobOutputDto, folder: string, name: string): Promise<string> {
  const format = FORMATS[output.mimeType];
  ensure(format !== undefined, `${name} is said to be ${output.mimeType}, which was not asked for.`);
  const response = await fetch(output.url);
  ensure(response.ok, `The link to ${name} answers ${response.status}.`);
  const type = response.headers.get('content-type');
  ensure(type === output.mimeType, `${name} is said to be ${output.mimeType} and was served as ${type}.`);
  const bytes = Buffer.from(await response.arrayBuffer());
  ensure(bytes.length === output.bytes, `${name} should have ${output.bytes} bytes and has ${bytes.length}.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  ensure(sha256 === output.sha256, `The checksum of ${name} should be ${output.sha256} and is ${sha256}.`);
  ensure(format.begins(bytes), `${name} does not begin like a file of type ${output.mimeType}.`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.${format.extension}`);
  writeFileSync(file, bytes);
  return file;
}
