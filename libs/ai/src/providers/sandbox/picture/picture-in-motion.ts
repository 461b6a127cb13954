import { loadImage } from '@napi-rs/canvas';
import { openPicture } from '../retouch/given-picture.js';
import { seededRandom } from '../random.js';
import type { Picture } from './picture.js';
import { chooseTheme } from './theme.js';

/** How much nearer the camera goes, of the frame. */
const nearness = 0.16;

/** A given picture, cut to the frame: the camera goes nearer to a side that the seed chooses, and back. */
export async function pictureInMotion(of: {
  firstFrame: Uint8Array;
  prompt: string;
  seed: number;
  width: number;
  height: number;
}): Promise<Picture> {
  const { width, height } = of;
  const random = seededRandom(`${of.seed}\u0000${of.prompt}`);
  const { motif, palette } = chooseTheme(of.prompt, random.fork('theme'));
  const [towardsX, towardsY] = [random.next(), random.next()];
  // Large enough for the nearest moment.
  const [wide, high] = [width, height].map((side) => Math.ceil(side * (1 + nearness)));
  const image = await loadImage(
    await openPicture(of.firstFrame)
      .resize(wide, high, { fit: 'cover' })
      .flatten({ background: '#ffffff' })
      .png()
      .toBuffer(),
  );
  return {
    motif,
    palette,
    paint: (ctx, phase) => {
      const scale = 1 + (nearness * (1 - Math.cos(phase * Math.PI * 2))) / 2;
      const [left, top] = [width * (1 - scale) * towardsX, height * (1 - scale) * towardsY];
      ctx.drawImage(image, left, top, width * scale, height * scale);
    },
  };
}
