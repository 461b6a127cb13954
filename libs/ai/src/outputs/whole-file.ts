import { Transform, type TransformCallback } from 'node:stream';
import { crc, crcTable } from './crc.js';
import { adtsFrameLength, boxLength, mp3PieceLength, oggPageLength, PieceChain } from './piece-chain.js';

/** What streaming encoders write where they do not know the size yet. */
const UNKNOWN_RIFF_SIZES: readonly number[] = [0, 0xffff_ffff];
const MARK_BYTES = 1024;
/** The mark, a block's header, and until after the number of channels (section 8.2). */
const STREAMINFO_BYTES = 4 + 4 + 10 + 3;
const LARGEST_SAMPLE_BYTES = 3;
const ID3V1_BYTES = 128;
/** No longer frame is streamed (section 7), verbatim in stereo with 24 bits at 48 kHz. */
const FLAC_FRAME_BYTES = 32 * 1024;
const FLAC_CRC = crcTable(0x8005, 16);

/** A file whose own structure says that something is missing. */
export class IncompleteFile extends Error {
  constructor(mimeType: string, bytes: number) {
    super(`The ${mimeType} file ends too early, after ${bytes} bytes.`);
    this.name = 'IncompleteFile';
  }
}

/** Watches a file go by. */
interface Watch {
  take(chunk: Buffer): void;
  isWhole(): boolean;
}

export interface WholeFileOptions {
  /**
   * Sounds end with a whole frame. People's own recordings need not: simple tools cut them anywhere, and players do not
   * mind.
   */
  wholeFrames?: boolean;
}

/**
 * Lets a file through and ends with `IncompleteFile` when its format says that it is not all there: a provider may cut a
 * file and still announce its short length. Looks at the structure only, in constant memory: PNG and JPEG by their end
 * marks, WebP and WAV by the length in their RIFF header, MP4 by the chain of its boxes, MP3, AAC and Ogg by that of their
 * frames or pages, FLAC by the checksum of its last frame. A sound that is cut between two frames, WebM and samples alone
 * say nothing.
 */
export class WholeFile extends Transform {
  private bytes = 0;
  private readonly watch: Watch | undefined;

  constructor(
    private readonly mimeType: string,
    { wholeFrames = true }: WholeFileOptions = {},
  ) {
    super();
    this.watch = (WATCHES[mimeType] ?? (wholeFrames ? FRAME_WATCHES[mimeType] : undefined))?.();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.watch?.take(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const isWhole = this.bytes > 0 && (this.watch?.isWhole() ?? true);
    done(isWhole ? null : new IncompleteFile(this.mimeType, this.bytes));
  }
}

/** The last bytes of a file. */
class Tail implements Watch {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(
    private readonly length: number,
    private readonly ends: (tail: Buffer) => boolean,
  ) {}

  take(chunk: Buffer): void {
    const kept = chunk.length >= this.length ? chunk : Buffer.concat([this.bytes, chunk]);
    this.bytes = kept.subarray(-this.length);
  }

  isWhole(): boolean {
    return this.ends(this.bytes);
  }
}

/** The length in the header of a RIFF file. */
class Riff implements Watch {
  private bytes = 0;
  private head: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): void {
    if (this.head.length < 8) this.head = Buffer.concat([this.head, chunk.subarray(0, 8 - this.head.length)]);
    this.bytes += chunk.length;
  }

  isWhole(): boolean {
    if (this.head.length < 8) return false;
    const size = this.head.readUInt32LE(4);
    return UNKNOWN_RIFF_SIZES.includes(size) || this.bytes >= size + 8;
  }
}

/** RFC 9639: the first block says how many samples a frame has at most; the last frame ends with its checksum. */
class Flac implements Watch {
  private head: Buffer = Buffer.alloc(0);
  private readonly tail = new Tail(FLAC_FRAME_BYTES + ID3V1_BYTES, endsWithFlacFrame);

  take(chunk: Buffer): void {
    if (this.head.length < STREAMINFO_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, STREAMINFO_BYTES - this.head.length)]);
    }
    this.tail.take(chunk);
  }

  isWhole(): boolean {
    if (this.head.length < STREAMINFO_BYTES) return false;
    const samples = this.head.readUInt16BE(10);
    const channels = ((this.head.readUInt8(20) >> 1) & 7) + 1;
    // The checksum may be of more than was kept.
    if (samples * channels * LARGEST_SAMPLE_BYTES > FLAC_FRAME_BYTES) return true;
    return this.tail.isWhole();
  }
}

type Watches = Readonly<Record<string, (() => Watch) | undefined>>;

const WATCHES: Watches = {
  'image/png': () => new Tail(MARK_BYTES, (tail) => tail.includes('IEND')),
  'image/jpeg': () => new Tail(MARK_BYTES, (tail) => tail.includes(Buffer.from([0xff, 0xd9]))),
  'image/webp': () => new Riff(),
  'audio/wav': () => new Riff(),
  'video/mp4': () => new PieceChain(boxLength),
  'audio/mp4': () => new PieceChain(boxLength),
};

const FRAME_WATCHES: Watches = {
  'audio/mpeg': () => new PieceChain(mp3PieceLength),
  'audio/aac': () => new PieceChain(adtsFrameLength),
  'audio/ogg': () => new PieceChain(oggPageLength),
  'audio/flac': () => new Flac(),
};

/** Whether some frame ends where the file does: with its checksum. Where no frame is found, there is nothing to say. */
function endsWithFlacFrame(end: Buffer): boolean {
  const isTagged = end.toString('latin1', end.length - ID3V1_BYTES, end.length - ID3V1_BYTES + 3) === 'TAG';
  const tail = isTagged ? end.subarray(0, -ID3V1_BYTES) : end;
  let begins = 0;
  for (let at = tail.indexOf(0xff); at >= 0; at = tail.indexOf(0xff, at + 1)) {
    if (((tail[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
    begins += 1;
    if (crc(FLAC_CRC, 16, tail.subarray(at)) === 0) return true;
  }
  return begins === 0;
}
