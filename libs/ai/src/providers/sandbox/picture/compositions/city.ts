import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { paintLuminary, paintSky, paintStars, scatterStars, verticalFill } from '../brush.js';
import { alpha, lightness, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Painter, Scene } from '../scene.js';

interface Skyline {
  readonly body: Path2D;
  /** Lit windows in groups that flicker apart. */
  readonly windows: readonly Path2D[];
  readonly near: number;
}

const skylineCount = 4;

/** A skyline over water at dusk, its windows lit and mirrored. */
export const city: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('city');
  const water = height * random.between(0.72, 0.78);
  const moon = {
    x: width * random.between(0.2, 0.8),
    y: water * random.between(0.22, 0.45),
    radius: unit * random.between(0.07, 0.12),
  };
  const dark = lightness(palette.sky[0]) < 0.42;
  const stars = dark ? scatterStars(scene, random.fork('stars'), 130, water * 0.6) : [];
  const sky = layer(scene, 0, (ctx) => {
    paintSky(ctx, scene, water);
    paintLuminary(ctx, moon, palette.light, palette.sky[2]);
  });
  const swayPixels = unit * 0.018;
  const skylines = Array.from({ length: skylineCount }, (_, index) =>
    raise(scene, random.fork(`row${index}`), index, water, swayPixels),
  );
  const layers = skylines.map((skyline) => silhouettes(scene, skyline, water, swayPixels));
  const glow = reflections(scene, random.fork('water'), water, moon.x);

  return (ctx, phase) => {
    sky(ctx);
    paintStars(ctx, stars, palette.light, phase);
    skylines.forEach((skyline, index) => {
      const shift = swing(phase) * swayPixels * skyline.near;
      layers[index]?.(ctx, shift);
      paintWindows(ctx, scene, skyline, shift, phase);
    });
    glow(ctx, phase);
  };
};

function silhouettes(scene: Scene, skyline: Skyline, water: number, bleed: number): Layer {
  const { unit, palette } = scene;
  const color = mix(palette.far, palette.near, 0.12 + 0.88 * skyline.near);
  return layer(scene, bleed, (ctx) => {
    verticalFill(ctx, water - unit * 0.55, water, [
      [0, color],
      [0.55, color],
      [1, mix(color, palette.sky[2], 0.42 * (1 - skyline.near) + 0.06)],
    ]);
    ctx.fill(skyline.body);
  });
}

function raise(scene: Scene, random: Random, index: number, water: number, bleed: number): Skyline {
  const { width, unit } = scene;
  const near = index / (skylineCount - 1);
  const body = new Path2D();
  const windows = [new Path2D(), new Path2D(), new Path2D()];
  let x = -bleed - unit * 0.05;
  while (x < width + bleed) {
    const wide = unit * random.between(0.045, 0.1) * (0.75 + near * 0.35);
    const middle = 1 - Math.abs((x + wide / 2) / width - 0.5) * 1.1;
    const tall = unit * random.between(0.1, 0.4) * (1.12 - near * 0.52) * (0.5 + middle * 0.75);
    building(body, random, { x, wide, tall, ground: water });
    if (near > 0.2) light(windows, random, unit, { x, wide, tall, ground: water }, near);
    x += wide * random.between(0.86, 1.25);
  }
  body.rect(-bleed - unit, water - unit * 0.012, width + bleed * 2 + unit * 2, unit * 0.014);
  return { body, windows, near };
}

interface Block {
  readonly x: number;
  readonly wide: number;
  readonly tall: number;
  readonly ground: number;
}

function building(path: Path2D, random: Random, { x, wide, tall, ground }: Block): void {
  const top = ground - tall;
  path.rect(x, top, wide, tall);
  const crown = random.whole(0, 6);
  if (crown === 0) {
    path.rect(x + wide * 0.18, top - wide * 0.3, wide * 0.64, wide * 0.32);
    path.rect(x + wide * 0.36, top - wide * 0.55, wide * 0.28, wide * 0.28);
    path.rect(x + wide * 0.48, top - wide * 1.3, wide * 0.04, wide * 0.8);
  } else if (crown === 1) {
    // Clockwise like the block below it: opposite directions would cancel out where they overlap.
    path.moveTo(x, top + 1);
    path.lineTo(x + wide, top - wide * 0.5);
    path.lineTo(x + wide, top + 1);
    path.closePath();
  } else if (crown === 2) {
    path.moveTo(x + wide * 0.08, top + 1);
    path.lineTo(x + wide * 0.5, top - wide * 0.75);
    path.lineTo(x + wide * 0.92, top + 1);
    path.closePath();
    path.rect(x + wide * 0.48, top - wide * 1.2, wide * 0.04, wide * 0.6);
  } else if (crown === 3) {
    path.moveTo(x, top + 1);
    path.ellipse(x + wide / 2, top + 1, wide / 2, wide * 0.36, 0, Math.PI, 0);
    path.closePath();
  } else if (crown === 4) {
    path.rect(x + wide * 0.12, top - wide * 0.12, wide * 0.3, wide * 0.14);
    path.rect(x + wide * 0.66, top - wide * 0.4, wide * 0.035, wide * 0.42);
  }
}

function light(windows: readonly Path2D[], random: Random, unit: number, block: Block, near: number): void {
  const pane = unit * (0.0042 + 0.0034 * near);
  const pitchX = pane * random.pick([2.0, 2.3, 2.7]);
  const pitchY = pane * random.pick([2.2, 2.6, 3.1]);
  const columns = Math.floor((block.wide - pitchX * 0.9) / pitchX);
  const rows = Math.floor((block.tall - pitchY * 1.6) / pitchY);
  if (columns < 1) return;
  const left = block.x + (block.wide - (columns - 1) * pitchX - pane) / 2;
  const share = random.between(0.12, 0.5);
  const bands = random.chance(0.25);
  for (let row = 0; row < rows; row += 1) {
    const litFloor = bands && random.chance(0.35);
    for (let column = 0; column < columns; column += 1) {
      if (!litFloor && !random.chance(bands ? share * 0.4 : share)) continue;
      const group = windows[random.whole(0, windows.length - 1)];
      group?.rect(left + column * pitchX, block.ground - block.tall + pitchY * 0.9 + row * pitchY, pane, pane * 1.35);
    }
  }
}

function paintWindows(ctx: SKRSContext2D, scene: Scene, skyline: Skyline, shift: number, phase: number): void {
  const { palette } = scene;
  const warm = mix(palette.light, '#ffd98f', 0.5);
  const tones = [warm, mix(warm, palette.accents[1], 0.4), mix(warm, '#ffffff', 0.35)];
  ctx.save();
  ctx.translate(shift, 0);
  skyline.windows.forEach((group, index) => {
    ctx.fillStyle = alpha(
      tones[index] ?? warm,
      (0.3 + 0.6 * skyline.near) * (0.86 + 0.14 * swing(phase, index / 3, 2)),
    );
    ctx.fill(group);
  });
  ctx.restore();
}

interface Streak {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly thick: number;
  readonly color: string;
  readonly strength: number;
  readonly start: number;
}

/** Water below the quay: the sky upside down, streaks of light under the windows, a path under the moon. */
function reflections(scene: Scene, random: Random, water: number, moonX: number): Painter {
  const streaks = Array.from({ length: 150 }, () => streak(scene, random, water, moonX));
  const back = layer(scene, 0, (ctx) => paintWater(ctx, scene, random.fork('ripples'), water), { top: water });
  return (ctx, phase) => {
    back(ctx);
    for (const each of streaks) {
      const x = each.x + swing(phase, each.start) * each.half * 0.4;
      ctx.fillStyle = alpha(each.color, each.strength * (0.7 + 0.3 * swing(phase, each.start, 2)));
      ctx.beginPath();
      ctx.ellipse(x, each.y, each.half, each.thick, 0, 0, Math.PI * 2);
      ctx.fill();
    }
  };
}

function streak({ width, height, unit, palette }: Scene, random: Random, water: number, moonX: number): Streak {
  const far = random.next();
  const underMoon = random.chance(0.3);
  const aside = (random.next() + random.next() - 1) * unit * 0.12 * (0.4 + far);
  return {
    x: underMoon ? moonX + aside : random.next() * width,
    y: water + far ** 1.4 * (height - water) * 0.95,
    half: unit * random.between(0.008, 0.05) * (0.4 + far),
    thick: unit * (0.0012 + 0.0026 * far),
    color: underMoon ? palette.light : mix(random.pick(palette.accents), palette.light, 0.35),
    strength: (underMoon ? 0.65 : 0.34) * (1 - far * 0.55),
    start: random.next(),
  };
}

function paintWater(ctx: SKRSContext2D, scene: Scene, random: Random, water: number): void {
  const { width, height, unit, palette } = scene;
  verticalFill(ctx, water, height, [
    [0, mix(palette.near, palette.sky[2], 0.42)],
    [0.3, mix(palette.near, palette.sky[1], 0.32)],
    [1, mix(palette.near, palette.sky[0], 0.25)],
  ]);
  ctx.fillRect(0, water, width, height - water);
  ctx.fillStyle = alpha(palette.near, 0.5);
  for (let i = 0; i < 60; i += 1) {
    const y = water + random.next() ** 1.6 * (height - water);
    ctx.fillRect(random.between(-0.2, 1) * width, y, unit * random.between(0.1, 0.5), unit * 0.0016);
  }
}
