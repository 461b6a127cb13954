import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { transformFile } from '@swc/core';
import { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from './index.js';
import type { AudioRequest, ImageRequest, VideoRequest } from './index.js';

const image: ImageRequest = { prompt: 'cidade à noite', seed: 2, width: 128, height: 96, format: 'png' };
const video: VideoRequest = { prompt: 'papel', seed: 2, width: 96, height: 64, seconds: 1 };
const audio: AudioRequest = { text: 'oi', seed: 2, kind: 'speech', format: 'mp3' };

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the program of a newcomer would do: the compiled door, in a process of its own. */
const program = `
import { createHash } from 'node:crypto';
import { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from './sandbox/index.js';
const [image, video, audio] = JSON.parse(process.argv[2]);
let beats = 0;
const beat = setInterval(() => beats++, 5);
const made = await Promise.all([renderSandboxImage(image), renderSandboxVideo(video), renderSandboxAudio(audio),
  ...[1, 2, 3].map((seed) => renderSandboxImage({ ...image, width: 1024, height: 1024, seed }))]);
clearInterval(beat);
const refused = await renderSandboxImage({ ...image, width: 1 }).catch((error) => error.name);
console.log(JSON.stringify({ beats, refused, buffers: made.every((each) => Buffer.isBuffer(each.bytes)),
  digests: made.slice(0, 3).map((each) => createHash('sha256').update(each.bytes).digest('hex')) }));
`;

describe('compiled, the sandbox', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-media-'));
    for await (const source of glob('**/*.ts', { cwd: import.meta.dirname })) {
      if (source.endsWith('.spec.ts')) continue;
      const target = join(folder, 'sandbox', source.replace(/\.ts$/, '.js'));
      await mkdir(dirname(target), { recursive: true });
      const { code } = await transformFile(join(import.meta.dirname, source), {
        configFile: resolve('.swcrc'),
        sourceMaps: false,
      });
      await writeFile(target, code);
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'program.js'), program);
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('draws in threads the files it draws in place, leaves the event loop free, and lets the process end', async () => {
    const child = spawn(process.execPath, ['program.js', JSON.stringify([image, video, audio])], { cwd: folder });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const exitCode = await new Promise((done) => child.once('close', done));
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    const seen = JSON.parse(output) as { beats: number; refused: string; buffers: boolean; digests: string[] };
    expect(seen.buffers).toBe(true);
    expect(seen.refused).toBe('RangeError');
    // Drawn in place, six files would leave the loop free six times; beside the threads it beats hundreds of times.
    expect(seen.beats).toBeGreaterThan(30);
    const inPlace = [await renderSandboxImage(image), await renderSandboxVideo(video), await renderSandboxAudio(audio)];
    expect(seen.digests).toEqual(inPlace.map((made) => digest(made.bytes)));
  });
});
