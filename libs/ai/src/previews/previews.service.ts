import { mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { FileStorage } from '#core/storage';
import { LightSteps } from '../generations/light-steps.js';
import { MediaDecoder } from './media-decoder.js';
import { type PicturePreviews, previewsOf } from './picture-previews.js';
import { type MadePreviews, type PreviewTask, PreviewsRepository } from './previews.repository.js';

/** Longer than one file may take. */
const LEASE_MS = 3 * 60_000;
const BATCH = 8;
/** How long a preview waits for calmer times. */
const PATIENCE_MS = 5000;
const LOOK_EVERY_MS = 250;

const NONE: MadePreviews = {
  thumbnailPath: null,
  previewPath: null,
  posterPath: null,
  placeholder: null,
  peaks: null,
};

/**
 * Makes thumbnails, posters and waveforms, one file after the other, beside the generations and never in their way: a job
 * has ended by then, and a file without previews is a file all the same. What a process did not come to is found by the
 * next one.
 */
@Injectable()
export class PreviewsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Previews');
  private working: Promise<void> | undefined;
  private wanted = false;
  private stopped = false;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PreviewsRepository,
    private readonly storage: FileStorage,
    private readonly decoder: MediaDecoder,
    private readonly steps: LightSteps,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.working;
  }

  /** There may be something to do. @returns when all of it is done */
  wake(): Promise<void> {
    this.wanted = true;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
    return this.working;
  }

  private async work(): Promise<void> {
    try {
      while (this.wanted && !this.stopped) {
        this.wanted = false;
        for (const table of ['assets', 'generations'] as const) {
          const tasks = await this.repository.claim(this.db, table, LEASE_MS, BATCH);
          if (tasks.length === BATCH) this.wanted = true;
          for (const task of tasks) {
            await this.untilCalm();
            await this.make(task);
          }
        }
      }
    } catch (error) {
      this.logger.warn(`Previews wait for their next turn: ${messageOf(error)}`);
    }
  }

  /** Pictures are decoded on the cores that generations need: while many are under way, a preview is made now and then. */
  private async untilCalm(): Promise<void> {
    const patientUntil = Date.now() + PATIENCE_MS;
    while (this.steps.isBusy && !this.stopped && Date.now() < patientUntil) await sleep(LOOK_EVERY_MS);
  }

  private async make(task: PreviewTask): Promise<void> {
    try {
      await this.repository.finish(this.db, task, await this.previewsFor(task));
    } catch (error) {
      this.logger.warn({ file: task.storagePath }, `No preview: ${messageOf(error)}`);
    }
  }

  private async previewsFor({ storagePath, mimeType }: PreviewTask): Promise<MadePreviews> {
    if (mimeType.startsWith('image/')) {
      const made = await previewsOf(this.storage.read(storagePath));
      const previewPath = besides(storagePath, 'preview');
      await this.storage.put(previewPath, made.preview);
      return { ...NONE, ...(await this.keepSmall(storagePath, made)), previewPath };
    }
    if (!/^(video|audio)\//.test(mimeType)) return NONE;
    const { poster, peaks = null } = await this.decode(storagePath);
    if (!poster) return { ...NONE, peaks };
    const posterPath = besides(storagePath, 'poster');
    await this.storage.put(posterPath, Buffer.from(poster));
    return { ...NONE, ...(await this.keepSmall(storagePath, await previewsOf(Buffer.from(poster)))), posterPath };
  }

  private async keepSmall(storagePath: string, { thumbnail, placeholder }: PicturePreviews) {
    const thumbnailPath = besides(storagePath, 'thumbnail');
    await this.storage.put(thumbnailPath, thumbnail);
    return { thumbnailPath, placeholder };
  }

  /** The decoder reads a copy of its own: storage may be far away, and its process may reach nothing else. */
  private async decode(storagePath: string) {
    const directory = await mkdtemp(join(tmpdir(), 'base-preview-'));
    try {
      const copy = join(directory, `file${extname(storagePath)}`);
      await pipeline(this.storage.read(storagePath), createWriteStream(copy));
      return await this.decoder.decode(copy);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Where a preview of a file is kept: the same place each time, so that making it again replaces it. */
export function besides(storagePath: string, what: 'thumbnail' | 'preview' | 'poster'): string {
  return `${storagePath.slice(0, storagePath.length - extname(storagePath).length)}.${what}.webp`;
}
