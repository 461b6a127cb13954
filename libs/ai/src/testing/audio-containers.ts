import { crc, crcTable } from '../outputs/crc.js';

/**
 * The least of Ogg (RFC 3533) and FLAC (RFC 9639) that makes a file every player takes.
 */

const OGG_CRC = crcTable(0x04c11db7, 32);
const FLAC_CRC8 = crcTable(0x07, 8);
const FLAC_CRC16 = crcTable(0x8005, 16);

export interface OggPage {
  sequence: number;
  /** Samples finished by the end of the page. */
  granule: number;
  /** Whole packets, each shorter than 255 bytes. */
  packets: readonly Buffer[];
  first: boolean;
  last: boolean;
}

export function oggPage({ sequence, granule, packets, first, last }: OggPage): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header[5] = (first ? 2 : 0) | (last ? 4 : 0);
  header.writeBigInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = packets.length;
  const page = Buffer.concat([header, Buffer.from(packets.map((packet) => packet.length)), ...packets]);
  page.writeUInt32LE(crc(OGG_CRC, 32, page), 22);
  return page;
}

/** The stream header of a mono 16-bit FLAC file whose frames all hold `blockSize` samples. */
export function flacHeader(blockSize: number, sampleRateHz: number, sampleCount: number): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(blockSize, 0);
  info.writeUInt16BE(blockSize, 2);
  // Sample rate (20 bits), channels - 1 (3), bits per sample - 1 (5), samples (36); sizes and MD5 stay "unknown".
  info.writeBigUInt64BE((BigInt(sampleRateHz) << 44n) | (15n << 36n) | BigInt(sampleCount), 10);
  return Buffer.concat([Buffer.from('fLaC', 'latin1'), Buffer.from([0x80, 0, 0, info.length]), info]);
}

/** One FLAC frame (24 kHz, mono, 16 bits) with its samples verbatim. */
export function flacFrame(number: number, samples: Int16Array): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(samples.length - 1);
  // Sync and fixed block size; "block size in 16 bits at the end of the header", 24 kHz; mono, 16 bits.
  const header = Buffer.concat([Buffer.from([0xff, 0xf8, 0x77, 0x08]), codedNumber(number), size]);
  const body = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, at) => body.writeInt16BE(sample, at * 2));
  const frame = Buffer.concat([header, Buffer.from([crc(FLAC_CRC8, 8, header), 0x02]), body, Buffer.alloc(2)]);
  frame.writeUInt16BE(crc(FLAC_CRC16, 16, frame.subarray(0, -2)), frame.length - 2);
  return frame;
}

/** FLAC numbers its frames as UTF-8 codes its characters. */
function codedNumber(number: number): Buffer {
  return Buffer.from(String.fromCodePoint(number), 'utf8');
}
