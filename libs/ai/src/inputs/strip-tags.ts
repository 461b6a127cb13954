/**
 * The same picture without what was written beside its pixels (EXIF, XMP, IPTC, comments); these stay as they are.
 * @returns undefined for a structure that is not understood
 */
type StripTags = (picture: Buffer) => Buffer | undefined;

export const STRIP_TAGS: Readonly<Record<string, StripTags | undefined>> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
};

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const APP1_EXIF_XMP = 0xe1;
const APP2 = 0xe2;
const APP13_IPTC = 0xed;
const COMMENT = 0xfe;

/** Leaves out the segments of ITU-T T.81, B.1, that hold tags, and what phones append after the picture. */
function stripJpeg(jpeg: Buffer): Buffer | undefined {
  const kept = [jpeg.subarray(0, 2)];
  for (let at = 2; jpeg[at] === 0xff && at + 4 <= jpeg.length;) {
    const marker = jpeg.readUInt8(at + 1);
    const end = marker === START_OF_SCAN ? endOfScan(jpeg, at) : at + 2 + jpeg.readUInt16BE(at + 2);
    if (end === undefined) return undefined;
    if (!isTag(marker, jpeg.subarray(at + 4, end))) kept.push(jpeg.subarray(at, end));
    at = end;
    if (jpeg[at + 1] === END_OF_IMAGE) return Buffer.concat([...kept, jpeg.subarray(at, at + 2)]);
  }
  return undefined;
}

function isTag(marker: number, content: Buffer): boolean {
  // Tells where the pictures lie that follow the first one.
  const listsPictures = marker === APP2 && content.toString('latin1', 0, 3) === 'MPF';
  return listsPictures || [APP1_EXIF_XMP, APP13_IPTC, COMMENT].includes(marker);
}

/** Where the next marker is: within compressed pixels 0xff is followed by 0 or by a restart (0xd0 to 0xd7). */
function endOfScan(jpeg: Buffer, start: number): number | undefined {
  for (let at = jpeg.indexOf(0xff, start + 2); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return undefined;
}

const PNG_SIGNATURE_BYTES = 8;
/** Beside the content of a chunk: length, type, checksum. */
const PNG_CHUNK_BYTES = 12;
const PNG_TAGS: readonly string[] = ['eXIf', 'iTXt', 'tEXt', 'zTXt', 'tIME'];

/** W3C Portable Network Graphics, third edition, section 5. */
function stripPng(png: Buffer): Buffer | undefined {
  const kept = [png.subarray(0, PNG_SIGNATURE_BYTES)];
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_CHUNK_BYTES <= png.length;) {
    const end = at + PNG_CHUNK_BYTES + png.readUInt32BE(at);
    if (end > png.length) return undefined;
    const type = png.toString('latin1', at + 4, at + 8);
    if (!PNG_TAGS.includes(type)) kept.push(png.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  return undefined;
}

const WEBP_HEADER_BYTES = 12;
const WEBP_CHUNK_BYTES = 8;
const WEBP_TAGS: readonly string[] = ['EXIF', 'XMP '];
/** In the flags of the extended header: there is EXIF, there is XMP. */
const WEBP_TAG_FLAGS = 0x08 | 0x04;

/** RFC 9649, section 2: chunks in a RIFF file, each padded to an even length. */
function stripWebp(webp: Buffer): Buffer | undefined {
  const header = Buffer.from(webp.subarray(0, WEBP_HEADER_BYTES));
  const kept: Buffer[] = [header];
  let at = WEBP_HEADER_BYTES;
  while (at + WEBP_CHUNK_BYTES <= webp.length) {
    const size = webp.readUInt32LE(at + 4);
    const end = at + WEBP_CHUNK_BYTES + size + (size % 2);
    if (end > webp.length) return undefined;
    const type = webp.toString('latin1', at, at + 4);
    if (!WEBP_TAGS.includes(type))
      kept.push(type === 'VP8X' ? untagged(webp.subarray(at, end)) : webp.subarray(at, end));
    at = end;
  }
  const bytes = Buffer.concat(kept);
  bytes.writeUInt32LE(bytes.length - WEBP_CHUNK_BYTES, 4);
  return bytes;
}

function untagged(extendedHeader: Buffer): Buffer {
  const bytes = Buffer.from(extendedHeader);
  bytes.writeUInt8(bytes.readUInt8(WEBP_CHUNK_BYTES) & ~WEBP_TAG_FLAGS, WEBP_CHUNK_BYTES);
  return bytes;
}
