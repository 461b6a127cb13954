import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { ImageRequest } from '../media-requests.js';
import { renderImageFile } from './image-file.js';
import { motifs } from './keywords.js';
import { badgeLayout } from './label.js';

const base: ImageRequest = { prompt: 'um veleiro no mar', seed: 7, width: 320, height: 240, format: 'png' };

/** RGBA of the whole file, decoded. */
async function pixelsOf(bytes: Buffer): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const image = await loadImage(bytes);
  const ctx = createCanvas(image.width, image.height).getContext('2d');
  ctx.drawImage(image, 0, 0);
  return { data: ctx.getImageData(0, 0, image.width, image.height).data, width: image.width, height: image.height };
}

function lightnessOf(data: Uint8ClampedArray, at: number): number {
  return 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
}

/** How far the lightness spreads, and how many colours (of 4096) are in use. */
function variety(data: Uint8ClampedArray): { deviation: number; colors: number } {
  const colors = new Set<number>();
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < data.length; at += 4) {
    const light = lightnessOf(data, at);
    sum += light;
    squares += light * light;
    colors.add(((data[at] ?? 0) >> 4) * 256 + ((data[at + 1] ?? 0) >> 4) * 16 + ((data[at + 2] ?? 0) >> 4));
  }
  const count = data.length / 4;
  return { deviation: Math.sqrt(squares / count - (sum / count) ** 2), colors: colors.size };
}

const subjects: Record<(typeof motifs)[number], string> = {
  ridges: 'montanhas',
  sea: 'o mar',
  forest: 'floresta',
  city: 'cidade à noite',
  aurora: 'aurora boreal',
  orbits: 'um planeta',
  flow: 'música',
  geometry: 'bauhaus',
  'paper-cut': 'papel recortado',
  glass: 'vidro',
  'still-life': 'foto de produto',
  portrait: 'retrato de mulher',
  botanical: 'flores',
};

describe('a sandbox image', () => {
  it('has the format and the size that were asked for', async () => {
    const png = await renderImageFile(base);
    expect(png).toMatchObject({ mimeType: 'image/png', width: 320, height: 240 });
    expect(png.bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([320, 240]);

    const webp = await renderImageFile({ ...base, format: 'webp' });
    expect(webp.mimeType).toBe('image/webp');
    expect(webp.bytes.toString('latin1', 0, 4) + webp.bytes.toString('latin1', 8, 12)).toBe('RIFFWEBP');
    expect(await pixelsOf(webp.bytes)).toMatchObject({ width: 320, height: 240 });

    const jpeg = await renderImageFile({ ...base, format: 'jpeg' });
    expect(jpeg.mimeType).toBe('image/jpeg');
    expect(jpeg.bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(await pixelsOf(jpeg.bytes)).toMatchObject({ width: 320, height: 240 });
  });

  it('is the same file for the same prompt, seed and size, and another picture for another seed or prompt', async () => {
    const first = await renderImageFile(base);
    expect((await renderImageFile(base)).bytes.equals(first.bytes)).toBe(true);
    const here = await pixelsOf(first.bytes);
    for (const other of [
      { ...base, seed: 8 },
      { ...base, prompt: 'um veleiro no oceano' },
    ]) {
      const there = await pixelsOf((await renderImageFile(other)).bytes);
      let apart = 0;
      for (let at = 0; at < here.data.length; at += 4) {
        if (Math.abs(lightnessOf(here.data, at) - lightnessOf(there.data, at)) > 12) apart += 1;
      }
      expect(apart / (here.data.length / 4)).toBeGreaterThan(0.1);
    }
  });

  it.each(motifs)('of the motif %s is rich in colours and light, not a blank rectangle', async (motif) => {
    for (const [width, height] of [
      [256, 256],
      [320, 180],
      [180, 320],
    ] as const) {
      const { bytes } = await renderImageFile({ ...base, prompt: subjects[motif], width, height });
      const { deviation, colors } = variety((await pixelsOf(bytes)).data);
      expect(deviation).toBeGreaterThan(14);
      expect(colors).toBeGreaterThan(24);
    }
  });

  it.each([
    [64, 64],
    [64, 1024],
    [1024, 64],
    [512, 512],
    [96, 72],
  ])('carries its badge at %i × %i: light letters on a dark pill inside the frame', async (width, height) => {
    const { bytes } = await renderImageFile({ ...base, width, height });
    const { data } = await pixelsOf(bytes);
    const badge = badgeLayout(createCanvas(8, 8).getContext('2d'), { width, height });
    expect(badge.x + badge.width).toBeLessThanOrEqual(width);
    expect(badge.y + badge.height).toBeLessThanOrEqual(height);
    let bright = 0;
    let dark = 0;
    let all = 0;
    for (let y = Math.ceil(badge.y); y < badge.y + badge.height; y += 1) {
      for (let x = Math.ceil(badge.x + badge.height / 2); x < badge.x + badge.width - badge.height / 2; x += 1) {
        const light = lightnessOf(data, (y * width + x) * 4);
        if (light > 150) bright += 1;
        if (light < 90) dark += 1;
        all += 1;
      }
    }
    expect(bright / all).toBeGreaterThan(0.06);
    expect(dark / all).toBeGreaterThan(0.3);
  });

  it.each([
    ['empty', ''],
    ['very long', 'uma praia ao amanhecer, '.repeat(3000)],
    ['one endless word', 'a'.repeat(5000)],
    ['emoji only', '🎉🏖️👩🏽‍🚀'],
    ['right to left', 'שלום עולם، مرحبا بالعالم'],
    ['control characters', 'a\u0000b\u0007\u202ec\u2066\uFFFEd\r\n\t'],
    ['half a surrogate', 'mar \ud83c fim'],
  ])('is whole when the prompt is %s', async (_name, prompt) => {
    const { bytes } = await renderImageFile({ ...base, prompt });
    expect(variety((await pixelsOf(bytes)).data).deviation).toBeGreaterThan(8);
  });
});
