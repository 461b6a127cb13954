import { createCanvas } from '@napi-rs/canvas';
import { compositions } from './compositions/index.js';
import { motifs } from './keywords.js';
import { seededRandom } from '../random.js';
import { palettes } from './palettes.js';

describe('a composition', () => {
  it.each(motifs)('%s covers every kind of frame in any palette, still and moving', (motif) => {
    palettes.slice(0, 6).forEach((palette, index) => {
      const width = [96, 64, 200][index % 3] ?? 96;
      const height = [96, 200, 64][index % 3] ?? 96;
      const canvas = createCanvas(width, height);
      const painter = compositions[motif]({
        width,
        height,
        unit: Math.min(width, height),
        palette,
        random: seededRandom(`${motif} ${index}`),
        says: () => index % 4 === 0,
        moving: index % 2 === 0,
      });
      for (const phase of [0, 0.63]) painter(canvas.getContext('2d'), phase);
      const corners = [0, width * 4 - 4, (width * height - width) * 4, width * height * 4 - 4];
      const pixels = canvas.data();
      // Opaque to the last corner: nothing of the empty canvas shows through.
      for (const corner of corners) expect(pixels[corner + 3]).toBe(255);
    });
  });
});
