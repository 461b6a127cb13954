import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Ffmpeg's names of what a file turned out to be. It is told, and may not guess: some formats name other files to read. */
const DEMUXERS: Readonly<Record<string, string>> = {
  MP4: 'mov',
  'QuickTime File Format': 'mov',
  Matroska: 'matroska',
  WebM: 'matroska',
  MP3: 'mp3',
  WAVE: 'wav',
  Ogg: 'ogg',
  FLAC: 'flac',
  ADTS: 'aac',
  'MPEG Transport Stream': 'mpegts',
};
const TIMEOUT_MS = 45_000;
/** Enough for the outline of a sound. */
const SAMPLES_PER_SECOND = 8000;

/**
 * Decodes a file with the program `ffmpeg`, for codecs and platforms that have no decoder here. Whatever is in the way, the
 * program itself missing, there is no preview and nothing else.
 */
export class Ffmpeg {
  /**
   * @param program its name or path
   * @param format what Mediabunny calls the format of the file
   */
  constructor(
    private readonly program: string,
    private readonly path: string,
    private readonly format: string,
  ) {}

  /** A frame of a film, as PNG. */
  async frame(atSeconds: number): Promise<Buffer | undefined> {
    const output = ['-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'];
    try {
      const png = await buffer(this.run(['-ss', String(atSeconds)], output));
      return png.length > 0 ? png : undefined;
    } catch {
      return undefined;
    }
  }

  /** The loudest sample of each part of a sound, 0 to 1. */
  async loudness(seconds: number, parts: number): Promise<number[] | undefined> {
    const output = ['-vn', '-ac', '1', '-ar', String(SAMPLES_PER_SECOND), '-f', 's16le', 'pipe:1'];
    const peaks = new Array<number>(parts).fill(0);
    let rest = Buffer.alloc(0);
    let samples = 0;
    try {
      for await (const chunk of this.run([], output)) {
        const bytes = Buffer.concat([rest, chunk as Buffer]);
        const whole = bytes.length - (bytes.length % 2);
        for (let at = 0; at < whole; at += 2, samples += 1) {
          const part = Math.floor((samples / SAMPLES_PER_SECOND / seconds) * parts);
          if (part < parts) peaks[part] = Math.max(peaks[part] ?? 0, Math.abs(bytes.readInt16LE(at)) / 32_768);
        }
        rest = bytes.subarray(whole);
      }
    } catch {
      return undefined;
    }
    return samples > 0 ? peaks : undefined;
  }

  /** What the program writes. It reads the one file, and nothing from the network. */
  private run(before: string[], after: string[]): Readable {
    const demuxer = DEMUXERS[this.format];
    if (demuxer === undefined) throw new Error(`No demuxer for ${this.format}`);
    const input = ['-protocol_whitelist', 'file', '-f', demuxer, '-i', this.path];
    const child = spawn(this.program, ['-nostdin', '-v', 'error', ...before, ...input, ...after], {
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
      // A signal's timer keeps no process alive, also when the program is missing and nothing ever exits.
      signal: AbortSignal.timeout(TIMEOUT_MS),
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => child.stdout.destroy(error));
    return child.stdout;
  }
}
