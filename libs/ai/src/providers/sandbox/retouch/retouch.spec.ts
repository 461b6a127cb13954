import { createCanvas } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';
import { pictureInMotion } from '../picture/picture-in-motion.js';
import { renderCutOutFile } from './cut-out-file.js';
import { renderEditFile, renderExpansionFile } from './edit-file.js';
import { renderUpscaleFile } from './upscale-file.js';

const [width, height] = [120, 80];
const opening = { left: 50, top: 20, width: 40, height: 30 };
const words = { prompt: 'um farol', seed: 7, format: 'png' } as const;
const glass = { r: 31, g: 99, b: 201, alpha: 0.37 };

function plain(background: string | typeof glass, size = { width, height }): Sharp {
  return sharp({ create: { ...size, channels: 4, background } });
}

/** A red disc in the middle of white paper. */
function disc(): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><circle cx="60" cy="40" r="30" fill="#d02020"/></svg>`;
  return plain('#ffffff').composite([{ input: Buffer.from(svg) }]);
}

/** Opaque, but for its opening. */
async function maskFile(): Promise<Buffer> {
  const hole = await plain('#000000', opening).png().toBuffer();
  return plain('#000000')
    .composite([{ input: hole, left: opening.left, top: opening.top, blend: 'dest-out' }])
    .png()
    .toBuffer();
}

function pixels(file: Uint8Array): Promise<Buffer> {
  return sharp(file).ensureAlpha().raw().toBuffer();
}

async function pixelAt(file: Uint8Array, column: number, row: number, wide = width): Promise<number[]> {
  const at = (row * wide + column) * 4;
  return [...(await pixels(file)).subarray(at, at + 4)];
}

describe('what the sandbox does to a picture', () => {
  it('edits what the mask leaves open and not one byte beside it, the same for equal requests', async () => {
    const request = { ...words, pictures: [await plain(glass).png().toBuffer()], mask: await maskFile() } as const;
    const edited = await renderEditFile(request);
    expect(edited).toMatchObject({ mimeType: 'image/png', width, height });
    const [before, after] = [await pixels(request.pictures[0]), await pixels(edited.bytes)];
    const changed = Array.from({ length: width * height }, (_, at) => at).filter(
      (at) => !before.subarray(at * 4, at * 4 + 4).equals(after.subarray(at * 4, at * 4 + 4)),
    );
    const [columns, rows] = [changed.map((at) => at % width), changed.map((at) => Math.floor(at / width))];
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([opening.left, opening.left + opening.width - 1]);
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([opening.top, opening.top + opening.height - 1]);
    expect(changed).toHaveLength(opening.width * opening.height);
    expect((await renderEditFile(request)).bytes).toEqual(edited.bytes);
  });

  it('edits all of a picture without a mask, and makes others a part of it', async () => {
    const first = await plain('#808080').png().toBuffer();
    const alone = await renderEditFile({ ...words, pictures: [first] });
    const green = await plain('#00ff00').jpeg().toBuffer();
    const together = await renderEditFile({ ...words, pictures: [first, green], format: 'webp' });
    expect(together).toMatchObject({ mimeType: 'image/webp', width, height });
    for (const [column, row] of [
      [0, 0],
      [60, 75],
    ] as const)
      expect(await pixelAt(alone.bytes, column, row)).not.toEqual([128, 128, 128, 255]);
    const [red = 0, greenness = 0] = await pixelAt(together.bytes, 60, 75);
    expect(greenness - red).toBeGreaterThan(100);
  });

  it.each([1, 3, 6, 7])('lays a mask over the picture as it is seen, however the camera was held: %d', async (held) => {
    const size = held > 4 ? { width: height, height: width } : { width, height };
    const stored = await plain('#2040c0', size).withMetadata({ orientation: held }).jpeg().toBuffer();
    const made = await renderEditFile({ ...words, pictures: [stored], mask: await maskFile() });
    expect(made).toMatchObject({ width, height });
    const [before, after] = [await pixels(await sharp(stored).autoOrient().png().toBuffer()), await pixels(made.bytes)];
    const isSame = (at: number) => before.subarray(at * 4, at * 4 + 4).equals(after.subarray(at * 4, at * 4 + 4));
    const mask = await pixels(await maskFile());
    const wrong = Array.from({ length: width * height }, (_, at) => at).filter(
      (at) => isSame(at) !== (mask[at * 4 + 3] === 255),
    );
    expect(wrong).toEqual([]);
  });

  it('takes a colour under full transparency for nothing', async () => {
    const hidden = (g: number) => plain({ r: 0, g, b: 0, alpha: 0 }).png().toBuffer();
    const [green, black] = [await hidden(255), await hidden(0)];
    const mask = await maskFile();
    const edited = async (picture: Buffer, format: 'png' | 'jpeg', over?: Buffer) =>
      (await renderEditFile({ ...words, pictures: [picture], mask: over, format })).bytes;
    expect(await edited(green, 'jpeg')).toEqual(await edited(black, 'jpeg'));
    expect(await edited(green, 'jpeg', mask)).toEqual(await edited(black, 'jpeg', mask));
    const dot = { input: await plain('#00ff00', { width: 4, height: 4 }).png().toBuffer(), left: 60, top: 40 };
    const sprite = await sharp(green).composite([dot]).png().toBuffer();
    const made = await renderCutOutFile({ picture: sprite, format: 'png' });
    expect(await pixelAt(made.bytes, 61, 41)).toEqual([0, 255, 0, 255]);
  });

  it('leaves a picture as it is under a mask that opens nothing', async () => {
    const picture = await plain(glass).png().toBuffer();
    const mask = await plain('#000000').png().toBuffer();
    expect(await pixels((await renderEditFile({ ...words, pictures: [picture], mask })).bytes)).toEqual(
      await pixels(picture),
    );
  });

  it('draws beyond the edges that are asked for, around the picture itself', async () => {
    const margins = { left: 10, right: 20, top: 0, bottom: 6 };
    const made = await renderExpansionFile({ ...words, picture: await disc().png().toBuffer(), margins });
    expect(made).toMatchObject({ width: width + 30, height: height + 6 });
    const inside = await sharp(made.bytes).extract({ left: 10, top: 0, width, height }).png().toBuffer();
    expect(await pixels(inside)).toEqual(await pixels(await disc().png().toBuffer()));
    expect(await pixelAt(made.bytes, 4, 40, made.width)).not.toEqual([255, 255, 255, 255]);
  });

  it.each([2, 4] as const)('enlarges %d times each side, upright and from one channel, too', async (factor) => {
    const lying = await disc().toColourspace('b-w').withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await renderUpscaleFile({ picture: lying, factor, format: 'jpeg' })).toMatchObject({
      width: height * factor,
      height: width * factor,
      mimeType: 'image/jpeg',
    });
  });

  it('cuts out what does not have the colour of the edge', async () => {
    const made = await renderCutOutFile({ picture: await disc().jpeg({ quality: 95 }).toBuffer(), format: 'png' });
    expect((await pixelAt(made.bytes, 2, 2))[3]).toBe(0);
    expect((await pixelAt(made.bytes, 117, 77))[3]).toBe(0);
    expect((await pixelAt(made.bytes, 60, 40))[3]).toBe(255);
  });

  it('sets a picture in motion that begins as it was and comes back to it', async () => {
    const frame = { width: 64, height: 64 };
    const picture = await pictureInMotion({ ...words, ...frame, firstFrame: await disc().png().toBuffer() });
    const ctx = createCanvas(frame.width, frame.height).getContext('2d');
    const at = (phase: number) => {
      picture.paint(ctx, phase);
      return Buffer.from(ctx.getImageData(0, 0, frame.width, frame.height).data);
    };
    const begin = at(0);
    expect([...begin.subarray((32 * 64 + 32) * 4, (32 * 64 + 32) * 4 + 3)]).toEqual([208, 32, 32]);
    expect(at(0.5).equals(begin)).toBe(false);
    expect(at(1).equals(begin)).toBe(true);
  });

  it('refuses what is no picture', async () => {
    const picture = Buffer.from('no picture');
    await expect(renderCutOutFile({ picture, format: 'png' })).rejects.toThrow();
  });
});
