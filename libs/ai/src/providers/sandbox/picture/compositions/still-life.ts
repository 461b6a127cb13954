import type { SKRSContext2D } from '@napi-rs/canvas';
import { alpha, mix } from '../color.js';
import { horizontalFill } from '../brush.js';
import { layer, swing } from '../scene.js';
import type { Composition, Scene } from '../scene.js';
import { chooseObject } from './still-life-objects.js';
import { contactShadow, paintArch, paintRoom, paintWindowLight, plinth, sphere, vase } from './still-life-set.js';
import type { Stand } from './still-life-set.js';

/** A product on a set of plinths: arch, window light, one object in the middle and two companions. */
export const stillLife: Composition = (scene) => {
  const { height, unit, palette } = scene;
  const random = scene.random.fork('still-life');
  const [main, second, third, fourth] = random.shuffled<string>(palette.accents) as [string, string, string, string];
  const wall = mix(palette.paper, mix(palette.sky[1], palette.sky[2], 0.5), random.between(0.35, 0.75));
  const floor = height * 0.72;
  const middle = scene.width / 2 + random.between(-0.03, 0.03) * unit;
  const side = random.sign();
  const tall = unit * random.between(0.1, 0.15);
  const stands = arrange(scene, { middle, floor, side, tall });
  const backdrop = layer(scene, 0, (ctx) => {
    paintRoom(ctx, scene, wall, floor);
    paintArch(ctx, scene, random.fork('arch'), middle, floor, mix(wall, main, 0.55));
    paintWindowLight(ctx, scene, random.fork('window'));
    plinth(ctx, scene, stands.back, mix(wall, second, 0.5));
    plinth(ctx, scene, stands.front, mix(wall, palette.paper, 0.55));
    plinth(ctx, scene, stands.low, mix(wall, third, 0.62));
  });
  const product = chooseObject(scene, random)(scene, random.fork('object'), main, fourth);
  const ballRadius = unit * random.between(0.045, 0.062);
  const twigs = vase(scene, random.fork('vase'));

  return (ctx, phase) => {
    backdrop(ctx);
    twigs(ctx, stands.back, -side, phase);
    const top = stands.front.foot - stands.front.tall;
    contactShadow(ctx, middle + unit * 0.04, top + unit * 0.004, unit * 0.15, unit * 0.024, palette.ink);
    ctx.save();
    ctx.translate(middle, top);
    ctx.scale(unit, unit);
    product(ctx, phase);
    ctx.restore();
    const hover = unit * (0.012 + 0.012 * swing(phase));
    const rest = stands.low.foot - stands.low.tall;
    contactShadow(
      ctx,
      stands.low.x + unit * 0.02,
      rest + unit * 0.004,
      ballRadius * 1.25,
      ballRadius * 0.3,
      palette.ink,
    );
    sphere(ctx, stands.low.x, rest - ballRadius - hover, ballRadius, fourth, palette.ink);
    paintSweep(ctx, scene, phase);
  };
};

function arrange(
  { unit }: Scene,
  { middle, floor, side, tall }: { middle: number; floor: number; side: number; tall: number },
): { back: Stand; front: Stand; low: Stand } {
  return {
    back: { x: middle - side * unit * 0.27, foot: floor + unit * 0.035, wide: unit * 0.26, tall: tall * 1.75 },
    front: { x: middle, foot: floor + unit * 0.1, wide: unit * 0.42, tall },
    low: { x: middle + side * unit * 0.3, foot: floor + unit * 0.145, wide: unit * 0.2, tall: tall * 0.5 },
  };
}

/** A soft band of light that crosses the set once per cycle. */
function paintSweep(ctx: SKRSContext2D, { width, height, moving }: Scene, phase: number): void {
  if (!moving) return;
  const center = width * (-0.4 + 1.8 * phase);
  horizontalFill(ctx, center - width * 0.25, center + width * 0.25, [
    [0, alpha('#fff3d6', 0)],
    [0.5, alpha('#fff3d6', 0.12)],
    [1, alpha('#fff3d6', 0)],
  ]);
  ctx.fillRect(center - width * 0.25, 0, width * 0.5, height);
}
