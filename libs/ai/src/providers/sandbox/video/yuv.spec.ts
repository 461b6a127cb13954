import { toYuv420 } from './yuv.js';

function converted(...rgb: readonly number[]): number[] {
  const [red = 0, green = 0, blue = 0] = rgb;
  const into = new Uint8Array(6);
  toYuv420(Uint8Array.from(Array.from({ length: 4 }, () => [red, green, blue, 255]).flat()), 2, 2, into);
  return [into[0] ?? 0, into[4] ?? 0, into[5] ?? 0];
}

describe('RGB to YUV', () => {
  // Values of BT.709, limited range (ITU-R BT.709-6, table 3.2 and 4.6), rounded.
  it.each([
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['blue', [0, 0, 255], [32, 240, 118]],
  ])('maps %s as the standard says', (_name, rgb, yuv) => {
    converted(...rgb).forEach((value, index) => {
      expect(Math.abs(value - (yuv[index] ?? 0))).toBeLessThanOrEqual(1);
    });
  });
});
