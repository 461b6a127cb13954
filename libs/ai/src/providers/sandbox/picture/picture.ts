import type { SKRSContext2D } from '@napi-rs/canvas';
import { seededRandom } from '../random.js';
import { compositions } from './compositions/index.js';
import type { Palette } from './palettes.js';
import type { Painter } from './scene.js';
import { chooseTheme } from './theme.js';

export interface Picture {
  readonly palette: Palette;
  readonly motif: string;
  readonly paint: Painter;
}

/** Decides a picture: prompt and seed choose composition and colours; the size only frames them. */
export function composePicture(of: {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  moving: boolean;
}): Picture {
  const random = seededRandom(`${of.seed}\u0000${of.prompt}`);
  const { motif, palette, says } = chooseTheme(of.prompt, random.fork('theme'));
  const unit = Math.min(of.width, of.height);
  const painter = compositions[motif]({
    width: of.width,
    height: of.height,
    unit,
    palette,
    random,
    says,
    moving: of.moving,
  });
  const paint: Painter = (ctx: SKRSContext2D, phase) => {
    ctx.save();
    painter(ctx, phase);
    ctx.restore();
  };
  return { palette, motif, paint };
}
