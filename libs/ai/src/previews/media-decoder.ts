import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import type { DecodedMedia } from './decode-media.js';

const TIMEOUT_MS = 60_000;
const HEAP_MB = 256;

/**
 * Decodes films and sounds in a process of their own, which knows no secret: decoders are large native code, and what they
 * are fed came from strangers. A file that makes one crash or hang costs nothing but its preview.
 */
@Injectable()
export class MediaDecoder {
  constructor(private readonly config: AppConfig) {}

  /** @throws Error when the file cannot be decoded, or takes too long */
  async decode(path: string): Promise<DecodedMedia> {
    // Run from TypeScript sources (tests) there is no compiled program that could be started.
    const { ffmpegPath } = this.config;
    if (import.meta.url.endsWith('.ts')) return (await import('./decode-media.js')).decodeMedia(path, ffmpegPath);
    return new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('./decode-media.main.js', import.meta.url)), [path, ffmpegPath], {
        serialization: 'advanced',
        execArgv: [`--max-old-space-size=${HEAP_MB}`],
        env: {},
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
      });
      child.once('message', (answer: DecodedMedia & { error?: string }) => {
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(answer.error));
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`The decoder ended with ${signal ?? String(code)}`));
      });
    });
  }
}
