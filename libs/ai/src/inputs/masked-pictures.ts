/** What viewers can hardly tell from the file before; colours are kept at every pixel. */
const QUALITY = { quality: 95, chromaSubsampling: '4:4:4' };

/**
 * A picture that lies as it is seen: the turn that its tag asks of viewers (EXIF orientation) is done to its pixels, and
 * the tag is gone. A picture without such a turn stays byte for byte.
 * @param bytes PNG, JPEG or WebP
 */
export async function toUpright(bytes: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { failOn: 'error' });
  const { format, orientation = 1 } = await picture.metadata();
  if (orientation === 1) return bytes;
  const upright = picture.autoOrient().keepIccProfile();
  // For a PNG a quality would mean a palette.
  return (format === 'png' ? upright.png() : upright.toFormat(format, QUALITY)).toBuffer();
}

/** Whether a mask is transparent anywhere, however little. @param mask a PNG */
export async function opensSomething(mask: Buffer): Promise<boolean> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(mask, { failOn: 'error' });
  if (!(await picture.metadata()).hasAlpha) return false;
  const opacity = await picture.extractChannel('alpha').raw({ depth: 'uchar' }).toBuffer();
  return opacity.some((value) => value < 255);
}
