/** The longest beginning that tells the length of a piece: an Ogg page's with all of its lacing values. */
const MAX_HEAD_BYTES = 27 + 255;

/**
 * How long a piece of a file is, by its first bytes: at least as long as what tells it, whatever that says, so that every
 * file is passed through. `undefined`: more of them are needed; `Infinity`: whatever begins here reaches to the end, as padding and tags of other formats do.
 */
export type PieceLength = (head: Buffer) => number | undefined;

/** Follows a file that is pieces in a row, each telling its length, in constant memory: it is whole when the last one is. */
export class PieceChain {
  private bytes = 0;
  private nextAt = 0;
  private head: Buffer = Buffer.alloc(0);

  constructor(private readonly lengthOf: PieceLength) {}

  take(chunk: Buffer): void {
    for (;;) {
      const from = this.nextAt + this.head.length - this.bytes;
      if (from >= chunk.length) break;
      const more = chunk.subarray(from, from + MAX_HEAD_BYTES - this.head.length);
      this.head = this.head.length === 0 ? more : Buffer.concat([this.head, more]);
      const length = this.lengthOf(this.head);
      if (length === undefined) break;
      this.nextAt += length;
      this.head = Buffer.alloc(0);
    }
    this.bytes += chunk.length;
  }

  isWhole(): boolean {
    return this.nextAt === Infinity || this.nextAt === this.bytes;
  }
}

const BOX_HEADER_BYTES = 8;
const LARGE_BOX_HEADER_BYTES = 16;

/** ISO 14496-12: a box is its size (4 bytes; 1: 8 more after the type; 0: to the end), its type, its content. */
export function boxLength(head: Buffer): number | undefined {
  if (head.length < 4) return undefined;
  const size = head.readUInt32BE(0);
  if (size === 0 || head.toString('latin1', 0, 3) === 'TAG') return Infinity;
  if (head.length < BOX_HEADER_BYTES) return undefined;
  if (size !== 1) return Math.max(size, BOX_HEADER_BYTES);
  if (head.length < LARGE_BOX_HEADER_BYTES) return undefined;
  return Math.max(Number(head.readBigUInt64BE(8)), LARGE_BOX_HEADER_BYTES);
}

/** RFC 3533: a page tells the lengths of its segments. Not every writer marks its last page as such. */
export function oggPageLength(head: Buffer): number | undefined {
  if (!'OggS'.startsWith(head.toString('latin1', 0, 4))) return Infinity;
  if (head.length < 27) return undefined;
  const segments = head.readUInt8(26);
  const lengths = head.subarray(27, 27 + segments);
  return lengths.length < segments ? undefined : lengths.reduce((sum, length) => sum + length, 27 + segments);
}

/** ISO 13818-7: a frame of AAC as a stream (ADTS), whose length has 13 bits. */
export function adtsFrameLength(head: Buffer): number | undefined {
  if (head[0] !== 0xff) return Infinity;
  if (head.length < 7) return undefined;
  const isFrame = (head.readUInt16BE(0) & 0xfff6) === 0xfff0;
  const length = (head.readUIntBE(3, 3) >> 5) & 0x1fff;
  return isFrame && length >= 7 ? length : Infinity;
}

const ID3_HEADER_BYTES = 10;
/** Of layer III, kbit/s by index: MPEG 1, then 2 and 2.5. */
const BIT_RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
/** Of MPEG 1; half of it for 2, a quarter for 2.5. */
const SAMPLE_RATES_HZ = [44_100, 48_000, 32_000] as const;

/** ISO 11172-3 and ID3: a frame of an MP3, or the tag before the first. Tags after the last are left alone. */
export function mp3PieceLength(head: Buffer): number | undefined {
  const mayBegin = head[0] === 0xff || head[0] === 0x49;
  if (!mayBegin) return Infinity;
  if (head.length < ID3_HEADER_BYTES) return head.length < 4 || head[0] === 0x49 ? undefined : frameLength(head);
  if (head.toString('latin1', 0, 3) !== 'ID3') return frameLength(head);
  // Four times seven bits.
  const size = [...head.subarray(6, 10)].reduce((sum, part) => sum * 128 + part, 0);
  const hasFooter = (head.readUInt8(5) & 0x10) !== 0;
  return ID3_HEADER_BYTES + size + (hasFooter ? ID3_HEADER_BYTES : 0);
}

function frameLength(head: Buffer): number {
  const word = head.readUInt32BE(0);
  const version = (word >> 19) & 3;
  const isLayer3 = word >>> 21 === 0x7ff && version !== 1 && ((word >> 17) & 3) === 1;
  const bitRate = BIT_RATES[version === 3 ? 0 : 1][(word >> 12) & 15];
  const sampleRateHz = SAMPLE_RATES_HZ[(word >> 10) & 3];
  if (!isLayer3 || !bitRate || !sampleRateHz) return Infinity;
  const [samples, slowness] = version === 3 ? [1152, 1] : [576, version === 2 ? 2 : 4];
  const padding = (word >> 9) & 1;
  return Math.floor((samples * bitRate * 125 * slowness) / sampleRateHz) + padding;
}
