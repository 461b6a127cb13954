/** What viewers can hardly tell from the file before; colours are kept at every pixel. */
const QUALITY = { quality: 95, chromaSubsampling: '4:4:4' };

/**
 * A picture that tells nothing but itself: what cameras and programs wrote beside it (EXIF with the place where it was
 * taken, XMP, IPTC) is gone, and the turn that EXIF asks of viewers is done to its pixels. A picture without such tags stays
 * byte for byte; the pixels of a JPEG that needs no turn stay as they were compressed. Colour profiles stay.
 * @param bytes PNG, JPEG or WebP
 */
export async function toPlainPicture(bytes: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { failOn: 'error' });
  const { format, orientation = 1, exif, xmp, iptc } = await picture.metadata();
  if (orientation === 1) {
    if (!exif && !xmp && !iptc) return bytes;
    const stripped = format === 'jpeg' && withoutTags(bytes);
    if (stripped) return stripped;
  }
  const upright = picture.autoOrient().keepIccProfile();
  // For a PNG a quality would mean a palette.
  return (format === 'png' ? upright.png() : upright.toFormat(format, QUALITY)).toBuffer();
}

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const APP1_EXIF_XMP = 0xe1;
const APP2 = 0xe2;
const APP13_IPTC = 0xed;
const COMMENT = 0xfe;

/**
 * Leaves out the segments of a JPEG (ITU-T T.81, B.1) that hold tags, and what phones append after the picture.
 * @returns undefined for a structure that is not understood
 */
function withoutTags(jpeg: Buffer): Buffer | undefined {
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
