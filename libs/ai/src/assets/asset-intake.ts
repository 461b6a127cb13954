import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { Lanes } from '#core/batching';
import { AppConfig } from '#core/config';
import { UploadMissing } from '#core/errors';
import { FileStorage, type StoredFile } from '#core/storage';
import { unfitness } from '../inputs/input-file-limits.js';
import { toPlainPicture } from '../inputs/plain-picture.js';
import { extensionOf } from '../outputs/output-files.js';
import { plainMediaType, restOf, type SniffedFile, sniffHead, takeHead } from '../providers/media-sniffing.js';
import { IncompleteFile, WholeFile } from '../outputs/whole-file.js';
import {
  AssetTooLong,
  AssetTooManyPixels,
  AssetTypeMismatch,
  AssetUnreadable,
  AssetUnsupported,
} from './assets.errors.js';
import { probeMedia } from './media-probe.js';
import { measurePicture } from './whole-picture.js';

/** Enough for the size of a picture behind large colour profiles and camera notes. */
const HEAD_BYTES = 512 * 1024;

const TAKEN = new Set([
  ...['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'],
  ...['video/mp4', 'video/webm', 'video/quicktime'],
  ...['audio/mpeg', 'audio/wav', 'audio/flac', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/aac'],
  ...['font/ttf', 'font/otf', 'font/woff', 'font/woff2'],
]);
const TAKEN_IN_WORDS = 'PNG, JPEG, WebP, GIF, AVIF; MP4, WebM, MOV; MP3, WAV, FLAC, Ogg, M4A, AAC; TTF, OTF, WOFF.';

/** Containers of sound and film alike: which of both is inside shows when they are opened. */
const CONTAINERS: Readonly<Record<string, string>> = {
  'audio/mp4': 'mp4',
  'video/mp4': 'mp4',
  'video/quicktime': 'mp4',
  'audio/webm': 'webm',
  'video/webm': 'webm',
  'audio/ogg': 'ogg',
  'video/ogg': 'ogg',
};

/** Each is held in memory, and decoded when it has to be turned. */
const PICTURES_AT_ONCE = 2;

type PictureFacts = Pick<TakenFile, 'mimeType' | 'width' | 'height'>;

/** A file in storage that is what it claims to be. */
export interface TakenFile {
  storagePath: string;
  mimeType: string;
  bytes: bigint;
  /** Lower-case hex. */
  sha256: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

export interface Intake {
  organizationId: string;
  /** Names the file in storage. */
  assetId: string;
  body: Readable;
  declaredType: string | undefined;
  maxBytes: number;
}

/** Takes strangers' files into storage: told by their content, bounded, whole. */
@Injectable()
export class AssetIntake {
  private readonly pictures = new Lanes(PICTURES_AT_ONCE);

  constructor(
    private readonly storage: FileStorage,
    private readonly config: AppConfig,
  ) {}

  /**
   * Streams a file in. What it is and how many pixels it has is told by its beginning, before anything is stored; whether
   * they are all there, and how long it plays, afterwards. Nothing remains of a refused
   * file, nor of the tags of a PNG, JPEG or WebP that a model could be given.
   * @throws AssetUnsupported, AssetTypeMismatch, AssetUnreadable, AssetTooManyPixels, AssetTooLong, UploadMissing,
   *   FileTooLarge, StorageFull
   */
  async take({ organizationId, assetId, body, declaredType, maxBytes }: Intake): Promise<TakenFile> {
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      const head = await takeHead(chunks, HEAD_BYTES);
      const sniffed = await this.recognize(head, declaredType);
      const storagePath = `${organizationId}/assets/${assetId}.${extensionOf(sniffed.mimeType)}`;
      const whole = pipeline(
        Readable.from(restOf(head, chunks), { objectMode: false }),
        new WholeFile(sniffed.mimeType, { wholeFrames: false }),
        () => undefined,
      );
      const arrived = await this.storage.put(storagePath, whole, { maxBytes });
      try {
        const facts = await this.measure(storagePath, Number(arrived.bytes), sniffed);
        const { bytes, sha256 } = await this.withoutTags(storagePath, arrived, facts);
        return { storagePath, bytes, sha256, ...facts };
      } catch (error) {
        await this.storage.delete(storagePath);
        throw error;
      }
    } catch (error) {
      throw error instanceof IncompleteFile ? AssetUnreadable({ detail: error.message, cause: error }) : error;
    } finally {
      body.destroy();
    }
  }

  private async recognize(head: Buffer, declaredType: string | undefined): Promise<SniffedFile> {
    if (head.length === 0) throw UploadMissing('The file is empty.');
    const found = await sniffHead(head);
    const sniffed = found && { ...found, mimeType: plainMediaType(found.mimeType) };
    if (!sniffed || !TAKEN.has(sniffed.mimeType)) {
      throw AssetUnsupported(`It is ${sniffed?.mimeType ?? 'of no known type'}. Taken are ${TAKEN_IN_WORDS}`);
    }
    if (declaredType !== undefined && !agrees(plainMediaType(declaredType), sniffed.mimeType)) {
      throw AssetTypeMismatch(`It is declared as ${declaredType.slice(0, 100)} and is ${sniffed.mimeType}.`);
    }
    if (!sniffed.mimeType.startsWith('image/')) return sniffed;
    const { width, height } = sniffed;
    if (!width || !height) throw AssetUnreadable('The picture does not tell its size.');
    this.assertPixels(width, height);
    return sniffed;
  }

  /**
   * What a photo tells beside itself, such as the place where it was taken, is no provider's business: a picture that a
   * model could be given is kept without. Larger ones go to nobody.
   */
  private async withoutTags(path: string, stored: StoredFile, facts: PictureFacts): Promise<StoredFile> {
    const { mimeType, width, height } = facts;
    if (unfitness({ mimeType, bytes: Number(stored.bytes), width, height }, 'image')) return stored;
    return this.pictures.run(async () => {
      const given = await buffer(this.storage.read(path));
      const plain = await toPlainPicture(given);
      return plain === given ? stored : this.storage.put(path, plain);
    });
  }

  private async measure(path: string, bytes: number, sniffed: SniffedFile) {
    const { mimeType } = sniffed;
    if (mimeType.startsWith('image/')) {
      const { maxPixels } = this.config.uploads;
      const size = await measurePicture(this.storage.read(path), maxPixels).catch((cause: unknown) => {
        throw AssetUnreadable({ detail: 'The picture cannot be decoded to its end.', cause });
      });
      return { mimeType, ...size, durationMs: null };
    }
    if (mimeType.startsWith('font/')) return { mimeType, width: null, height: null, durationMs: null };
    const media = await probeMedia({ bytes, read: (start, end) => this.storage.read(path, { start, end }) });
    if (!media) throw AssetUnreadable('It cannot be played.');
    if (media.durationMs > this.config.uploads.maxDurationMs) {
      throw AssetTooLong(
        `It plays ${Math.ceil(media.durationMs / 1000)} s; ${this.config.uploads.maxDurationMs / 1000} s are the most.`,
      );
    }
    if (media.width && media.height) this.assertPixels(media.width, media.height);
    return {
      mimeType: media.mimeType ?? mimeType,
      width: media.width ?? null,
      height: media.height ?? null,
      durationMs: media.durationMs,
    };
  }

  private assertPixels(width: number, height: number): void {
    const { maxPixels } = this.config.uploads;
    if (width * height > maxPixels) {
      throw AssetTooManyPixels(`It has ${width} x ${height} pixels; ${maxPixels} are the most.`);
    }
  }
}

function agrees(declared: string, found: string): boolean {
  return declared === found || (CONTAINERS[declared] !== undefined && CONTAINERS[declared] === CONTAINERS[found]);
}
