/** Whether a mask is transparent anywhere, however little. @param mask a PNG */
export async function opensSomething(mask: Buffer): Promise<boolean> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(mask, { failOn: 'error' });
  if (!(await picture.metadata()).hasAlpha) return false;
  const opacity = await picture.extractChannel('alpha').raw({ depth: 'uchar' }).toBuffer();
  return opacity.some((value) => value < 255);
}
