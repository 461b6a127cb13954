import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { plane } from '../../random.js';
import type { Random } from '../../random.js';
import { fractal, groundPath, horizontalFill, paintLuminary, paintSky, verticalFill } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Painter, Scene } from '../scene.js';

interface Shore {
  readonly horizon: number;
  readonly sun: { x: number; y: number; radius: number };
}

/** Open water under a low sun: clouds, a far coast, glitter, swell and a small sail. */
export const sea: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('sea');
  const horizon = height * random.between(0.46, 0.56);
  const radius = unit * random.between(0.06, 0.095);
  const sun = { x: width * random.between(0.3, 0.7), y: horizon - radius * random.between(0.35, 2.2), radius };
  const shore: Shore = { horizon, sun };
  const still = layer(scene, 0, (ctx) => {
    paintSky(ctx, scene, horizon);
    paintLuminary(ctx, sun, palette.light, mix(palette.light, palette.sky[2], 0.4));
  });
  const clouds = layer(scene, unit * 0.03, (ctx) => {
    paintClouds(ctx, scene, shore, random.fork('clouds'));
  });
  const water = layer(scene, 0, (ctx) => {
    paintWater(ctx, scene, shore);
  });
  const coast = coastline(scene, shore, random.fork('coast'));
  const glitter = glints(scene, shore, random.fork('glitter'));
  const boat = sail(scene, shore, random.fork('boat'));
  const waves = swell(scene, shore, random.fork('swell'));

  return (ctx, phase) => {
    still(ctx);
    clouds(ctx, unit * 0.022 * swing(phase));
    coast(ctx);
    water(ctx);
    glitter(ctx, phase);
    boat(ctx, phase);
    waves(ctx, phase);
  };
};

function paintClouds(ctx: SKRSContext2D, scene: Scene, { horizon, sun }: Shore, random: Random): void {
  const { width, unit, palette } = scene;
  for (let bank = 0; bank < 7; bank += 1) {
    const x = random.between(-0.1, 1.05) * width;
    const y = horizon * random.between(0.16, 0.82);
    const low = y / horizon;
    const length = unit * random.between(0.22, 0.6);
    const tone = mix(mix(palette.sky[1], palette.light, 0.35 + low * 0.4), palette.sky[2], 0.3);
    for (let puff = 0; puff < 7; puff += 1) {
      const share = puff / 6;
      const thickness = unit * random.between(0.008, 0.02) * (1.2 - Math.abs(share - 0.45));
      const reach = length * random.between(0.35, 0.8) * (1 - Math.abs(share - 0.5) * 0.9);
      const left = x + (share - 0.5) * length * 0.55 - reach / 2;
      const top = y + random.between(-0.02, 0.02) * unit;
      const lit = Math.max(0, 1 - Math.abs(left + reach / 2 - sun.x) / (width * 0.6));
      horizontalFill(ctx, left, left + reach, [
        [0, alpha(tone, 0)],
        [0.5, alpha(mix(tone, palette.light, lit * 0.5), 0.3)],
        [1, alpha(tone, 0)],
      ]);
      ctx.beginPath();
      ctx.ellipse(left + reach / 2, top, reach / 2, thickness, 0, 0, Math.PI * 2);
      ctx.fill();
    }
  }
}

function paintWater(ctx: SKRSContext2D, scene: Scene, { horizon, sun }: Shore): void {
  const { width, height, palette } = scene;
  const deep = mix(palette.near, palette.sky[0], 0.3);
  verticalFill(ctx, horizon, height, [
    [0, mix(palette.sky[2], palette.sky[1], 0.45)],
    [0.1, mix(palette.sky[1], palette.sky[0], 0.25)],
    [0.45, mix(palette.sky[0], deep, 0.35)],
    [1, deep],
  ]);
  ctx.fillRect(0, horizon, width, height - horizon);
  const sheen = ctx.createRadialGradient(sun.x, horizon, 0, sun.x, horizon, height * 0.55);
  sheen.addColorStop(0, alpha(palette.light, 0.55));
  sheen.addColorStop(0.4, alpha(palette.light, 0.14));
  sheen.addColorStop(1, alpha(palette.light, 0));
  ctx.fillStyle = sheen;
  ctx.fillRect(0, horizon, width, height - horizon);
}

function coastline(scene: Scene, { horizon }: Shore, random: Random): Layer {
  const { width, unit, palette } = scene;
  const noise = plane(random);
  const left = random.chance(0.5);
  const ranges = [0, 1].map((row) => {
    const line: [number, number][] = [];
    const reach = width * (0.55 - row * 0.2);
    for (let step = 0; step <= 160; step += 1) {
      const inland = step / 160;
      const x = left ? inland * reach : width - inland * reach;
      const rise =
        (1 - inland) ** 0.7 * (0.075 - row * 0.018) * (0.7 + 0.55 * fractal(noise, inland * 4 + row * 9, row, 4));
      line.push([x, horizon - Math.max(0, rise) * unit]);
    }
    return { line, color: mix(palette.far, mix(palette.near, palette.sky[1], 0.4), 0.25 + row * 0.4) };
  });
  return layer(scene, 0, (ctx) => {
    for (const { line, color } of ranges) {
      ctx.fillStyle = color;
      ctx.fill(groundPath(line, horizon + 1));
    }
  });
}

function glints(scene: Scene, { horizon, sun }: Shore, random: Random): Painter {
  const { height, unit, palette } = scene;
  const marks = Array.from({ length: 150 }, () => {
    const near = random.next() ** 1.5;
    const scatter = random.next() + random.next() + random.next() - 1.5;
    return {
      x: sun.x + scatter * unit * (0.05 + near * 0.3),
      y: horizon + unit * 0.006 + near * (height - horizon) * 0.9,
      half: unit * (0.006 + near * 0.03) * random.between(0.5, 1.5),
      thickness: unit * (0.0011 + near * 0.0027),
      strength: (0.9 - near * 0.55) * (1 - Math.abs(scatter) * 0.55),
      start: random.next(),
      turns: random.whole(1, 3),
    };
  });
  return (ctx, phase) => {
    ctx.fillStyle = palette.light;
    for (const mark of marks) {
      ctx.globalAlpha = Math.max(0, mark.strength * (0.62 + 0.38 * swing(phase, mark.start, mark.turns)));
      ctx.beginPath();
      ctx.ellipse(
        mark.x + swing(phase, mark.start) * mark.half * 0.35,
        mark.y,
        mark.half,
        mark.thickness,
        0,
        0,
        Math.PI * 2,
      );
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  };
}

function sail(scene: Scene, { horizon, sun }: Shore, random: Random): Painter {
  const { width, height, unit, palette } = scene;
  const size = unit * random.between(0.07, 0.12);
  const side = sun.x < width / 2 ? 1 : -1;
  const x = sun.x + side * unit * random.between(0.16, 0.3);
  const y = horizon + (height - horizon) * random.between(0.09, 0.2);
  const dark = mix(palette.near, palette.ink, 0.5);
  const cloth = mix(palette.paper, palette.light, 0.5);
  return (ctx, phase) => {
    ctx.save();
    ctx.translate(x + unit * 0.012 * swing(phase), y + unit * 0.003 * swing(phase, 0.2, 2));
    horizontalFill(ctx, -size * 0.6, size * 0.6, [
      [0, alpha(dark, 0)],
      [0.5, alpha(dark, 0.4)],
      [1, alpha(dark, 0)],
    ]);
    ctx.beginPath();
    ctx.ellipse(0, size * 0.09, size * 0.6, size * 0.05, 0, 0, Math.PI * 2);
    ctx.fill();
    ctx.rotate(0.05 * swing(phase, 0.1) * side);
    ctx.scale(side * size, size);
    ctx.fillStyle = dark;
    ctx.fill(new Path2D('M-0.42 0.0 L0.46 -0.02 Q0.36 0.12 0.2 0.13 L-0.24 0.13 Q-0.36 0.1 -0.42 0 Z'));
    ctx.fill(new Path2D('M-0.008 -0.02 L-0.008 -1.08 L0.012 -1.08 L0.012 -0.02 Z'));
    ctx.fillStyle = cloth;
    ctx.fill(new Path2D('M0.03 -1.02 Q0.3 -0.5 0.4 -0.1 L0.03 -0.07 Z'));
    ctx.fillStyle = palette.accents[0];
    ctx.fill(new Path2D('M-0.03 -0.94 Q-0.12 -0.4 -0.34 -0.09 L-0.03 -0.07 Z'));
    ctx.restore();
  };
}

/** Bands of water coming nearer; each is one closed line that shifts by whole waves over a cycle. */
function swell(scene: Scene, { horizon }: Shore, random: Random): Painter {
  const { width, height, unit, palette } = scene;
  const deep = mix(palette.near, palette.sky[0], 0.3);
  const bands = Array.from({ length: 6 }, (_, index) => {
    const near = (index + 1) / 6;
    return {
      y: horizon + (height - horizon) * (0.26 + 0.7 * near ** 1.25),
      rise: unit * (0.007 + 0.02 * near),
      length: unit * (0.24 + 0.34 * near),
      start: random.next(),
      second: random.next(),
      color: mix(mix(palette.sky[0], palette.sky[1], 0.25), lighter(deep, -0.02), near ** 0.8),
    };
  });
  const step = unit / 70;
  return (ctx, phase) => {
    for (const band of bands) {
      const line: [number, number][] = [];
      for (let x = -step; x <= width + step; x += step) {
        const wave =
          Math.sin((x / band.length + band.start + phase) * 2 * Math.PI) +
          0.5 * Math.sin((x / (band.length * 0.43) + band.second - phase) * 2 * Math.PI);
        line.push([x, band.y + wave * band.rise * 0.7]);
      }
      verticalFill(ctx, band.y - band.rise * 1.2, band.y + unit * 0.13, [
        [0, alpha(lighter(band.color, 0.07), 0.75)],
        [0.25, alpha(band.color, 0.55)],
        [1, alpha(band.color, 0.2)],
      ]);
      ctx.fill(groundPath(line, height + 1));
      ctx.strokeStyle = alpha(palette.light, 0.2);
      ctx.lineWidth = unit * 0.0018;
      ctx.beginPath();
      line.forEach(([x, y], at) => (at === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
      ctx.stroke();
    }
  };
}
