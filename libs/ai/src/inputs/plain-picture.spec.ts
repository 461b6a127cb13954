import { describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { toPlainPicture } from './plain-picture.js';

const SIZE = { width: 48, height: 32 };
const PLACE = { IFD0: { Model: 'Camera' }, IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '23/1 33/1 0/1' } };
const drawn = () =>
  sharp({ create: { ...SIZE, channels: 3, background: '#c05028', noise: { type: 'gaussian', mean: 128, sigma: 40 } } });
const pixelsOf = (bytes: Buffer) => sharp(bytes).raw().toBuffer();

async function tagsOf(bytes: Buffer) {
  const { exif, xmp, iptc, orientation } = await sharp(bytes).metadata();
  return { exif, xmp, iptc, orientation };
}
const NO_TAGS = { exif: undefined, xmp: undefined, iptc: undefined, orientation: undefined };

const FORMATS: [string, (picture: Sharp) => Sharp][] = [
  ['JPEG', (picture) => picture.jpeg()],
  ['progressive JPEG', (picture) => picture.jpeg({ progressive: true })],
  ['PNG', (picture) => picture.png()],
  ['WebP', (picture) => picture.webp({ lossless: true })],
];

describe.each(FORMATS)('a %s', (name, as) => {
  it('without tags stays byte for byte', async () => {
    const bytes = await as(drawn()).toBuffer();
    expect(await toPlainPicture(bytes)).toBe(bytes);
  });

  it('with the place where it was taken loses that, and keeps its format and size', async () => {
    const photo = await as(drawn()).withExif(PLACE).keepIccProfile().toBuffer();
    const plain = await toPlainPicture(photo);
    expect((await tagsOf(photo)).exif).toBeDefined();
    expect(await tagsOf(plain)).toEqual(NO_TAGS);
    const { format, width, height } = await sharp(plain).metadata();
    expect({ format, width, height }).toEqual({ format: (await sharp(photo).metadata()).format, ...SIZE });
    if (name !== 'WebP') expect((await pixelsOf(plain)).equals(await pixelsOf(photo))).toBe(true);
  });

  it('that viewers turn is turned', async () => {
    const photo = await as(drawn()).withExif(PLACE).withMetadata({ orientation: 6 }).toBuffer();
    const plain = await toPlainPicture(photo);
    expect(await tagsOf(plain)).toEqual(NO_TAGS);
    expect(await sharp(plain).metadata()).toMatchObject({ width: SIZE.height, height: SIZE.width });
  });
});

it('a JPEG loses what a phone appended to it, and keeps its colour profile', async () => {
  const photo = await drawn().withIccProfile('p3').withExif(PLACE).jpeg().toBuffer();
  const plain = await toPlainPicture(Buffer.concat([photo, Buffer.from('MotionPhoto_Data'), Buffer.alloc(5000, 7)]));
  expect(plain.includes('MotionPhoto')).toBe(false);
  expect(plain.length).toBeLessThan(photo.length);
  expect((await sharp(plain).metadata()).icc).toEqual((await sharp(photo).metadata()).icc);
});
