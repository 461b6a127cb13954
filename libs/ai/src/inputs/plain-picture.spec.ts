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

describe.each(FORMATS)('a %s', (_name, as) => {
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
    expect((await pixelsOf(plain)).equals(await pixelsOf(photo))).toBe(true);
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

it('what moves goes on moving', async () => {
  const frames = Buffer.concat(
    await Promise.all(['red', 'lime', 'blue'].map((background) => frame(background).raw().toBuffer())),
  );
  const raw = { width: 8, height: 24, channels: 3, pageHeight: 8 } as const;
  const animated = await sharp(frames, { raw }).withExif(PLACE).webp({ lossless: true }).toBuffer();
  const plain = await toPlainPicture(animated);
  expect([(await sharp(animated).metadata()).pages, (await sharp(plain).metadata()).pages]).toEqual([3, 3]);
  expect(await tagsOf(plain)).toEqual(NO_TAGS);
});
const frame = (background: string) => sharp({ create: { width: 8, height: 8, channels: 3, background } });

it.each([1, 6])('16 bits a sample stay (orientation %i)', async (orientation) => {
  const deep = drawn().toColourspace('rgb16').withMetadata({ orientation }).withExif(PLACE);
  const photo = await deep.png().toBuffer();
  const plain = await toPlainPicture(photo);
  expect([(await sharp(photo).metadata()).depth, (await sharp(plain).metadata()).depth]).toEqual(['ushort', 'ushort']);
  expect(await tagsOf(plain)).toEqual(NO_TAGS);
});
