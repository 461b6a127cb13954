import { Transform, type TransformCallback } from 'node:stream';

const TAIL_BYTES = 1024;
const BOX_HEADER_BYTES = 16;
/** What streaming encoders write where they do not know the size yet. */
const UNKNOWN_RIFF_SIZES: readonly number[] = [0, 0xffff_ffff];

/** A file whose own structure says that something is missing. */
export class IncompleteFile extends Error {
  constructor(mimeType: string, bytes: number) {
    super(`The ${mimeType} file ends too early, after ${bytes} bytes.`);
    this.name = 'IncompleteFile';
  }
}

/**
 * Lets a file through and ends with `IncompleteFile` when its format says that it is not all there: a provider may cut a
 * file and still announce its short length. Looks at the structure only, in constant memory: PNG and JPEG by their end
 * marks, WebP and WAV by the length in their RIFF header, MP4 by the chain of its boxes. Other formats have no such mark.
 */
export class WholeFile extends Transform {
  private bytes = 0;
  private tail: Buffer = Buffer.alloc(0);
  private head: Buffer = Buffer.alloc(0);
  /** Where the next box of an MP4 begins; undefined when the last one reaches to the end. */
  private nextBoxAt: number | undefined = 0;
  private boxHeader: Buffer = Buffer.alloc(0);

  constructor(private readonly mimeType: string) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.head.length < BOX_HEADER_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, BOX_HEADER_BYTES - this.head.length)]);
    }
    if (this.mimeType === 'video/mp4') this.followBoxes(chunk);
    this.bytes += chunk.length;
    this.tail =
      chunk.length >= TAIL_BYTES
        ? chunk.subarray(-TAIL_BYTES)
        : Buffer.concat([this.tail, chunk]).subarray(-TAIL_BYTES);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.isWhole() ? null : new IncompleteFile(this.mimeType, this.bytes));
  }

  private isWhole(): boolean {
    if (this.bytes === 0) return false;
    switch (this.mimeType) {
      case 'image/png':
        return this.tail.includes('IEND');
      case 'image/jpeg':
        return this.tail.includes(Buffer.from([0xff, 0xd9]));
      case 'image/webp':
      case 'audio/wav':
        return this.fillsRiff();
      case 'video/mp4':
        return this.nextBoxAt === undefined || this.nextBoxAt === this.bytes;
      default:
        return true;
    }
  }

  private fillsRiff(): boolean {
    if (this.head.length < 8) return false;
    const size = this.head.readUInt32LE(4);
    return UNKNOWN_RIFF_SIZES.includes(size) || this.bytes >= size + 8;
  }

  /** ISO 14496-12: a box is its size (4 bytes; 1: 8 more after the type; 0: to the end), its type, its content. */
  private followBoxes(chunk: Buffer): void {
    while (this.nextBoxAt !== undefined) {
      const from = this.nextBoxAt + this.boxHeader.length - this.bytes;
      if (from >= chunk.length) return;
      this.boxHeader = Buffer.concat([
        this.boxHeader,
        chunk.subarray(from, from + BOX_HEADER_BYTES - this.boxHeader.length),
      ]);
      const size = boxSize(this.boxHeader);
      if (size === undefined) return;
      this.nextBoxAt = size === 0 ? undefined : this.nextBoxAt + Math.max(size, 8);
      this.boxHeader = Buffer.alloc(0);
    }
  }
}

/** @returns undefined while too little of the header is there */
function boxSize(header: Buffer): number | undefined {
  if (header.length < 8) return undefined;
  const size = header.readUInt32BE(0);
  if (size !== 1) return size;
  return header.length < BOX_HEADER_BYTES ? undefined : Number(header.readBigUInt64BE(8));
}
