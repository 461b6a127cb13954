import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc, glow, horizontalFill, paintStars, scatterStars } from '../brush.js';
import { alpha, lightness, lighter, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Painter, Scene } from '../scene.js';

interface World {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Radians: the tilt of bands, ring and orbits. */
  readonly tilt: number;
}

/** A banded planet with its ring, moons on thin orbits, nebulae and stars. */
export const orbits: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('orbits');
  const world: World = {
    x: width * random.between(0.4, 0.6),
    y: height * random.between(0.42, 0.52),
    radius: unit * random.between(0.17, 0.23),
    tilt: random.sign() * random.between(0.2, 0.5),
  };
  const back = layer(scene, 0, (ctx) => {
    paintDeep(ctx, scene, random.fork('nebula'));
  });
  const stars = scatterStars(scene, random.fork('stars'), 420, height);
  const globe = planet(scene, random.fork('planet'), world);
  const moons = satellites(scene, random.fork('moons'), world);

  return (ctx, phase) => {
    back(ctx);
    paintStars(ctx, stars, mix(palette.light, '#ffffff', 0.5), phase);
    moons(ctx, phase, 'behind');
    globe(ctx, phase);
    moons(ctx, phase, 'before');
  };
};

function night(scene: Scene): string {
  const { sky, ink } = scene.palette;
  return lightness(sky[0]) < 0.35 ? sky[0] : mix(ink, sky[0], 0.25);
}

function paintDeep(ctx: SKRSContext2D, scene: Scene, random: Random): void {
  const { width, height, unit, palette } = scene;
  const deep = night(scene);
  ctx.fillStyle = deep;
  ctx.fillRect(0, 0, width, height);
  const tones = [palette.sky[1], palette.sky[2], palette.accents[1], palette.accents[2]];
  const angle = random.between(-0.9, 0.9);
  for (let cloud = 0; cloud < 46; cloud += 1) {
    const along = random.between(-0.75, 0.75) * Math.hypot(width, height);
    const across = (random.next() + random.next() - 1) * unit * 0.34;
    const x = width / 2 + Math.cos(angle) * along - Math.sin(angle) * across;
    const y = height / 2 + Math.sin(angle) * along + Math.cos(angle) * across;
    glow(ctx, x, y, unit * random.between(0.1, 0.42), mix(deep, random.pick(tones), 0.8), random.between(0.1, 0.34));
  }
}

function planet(scene: Scene, random: Random, world: World): Painter {
  const { palette } = scene;
  const { x, y, radius, tilt } = world;
  const [first, second, third] = random.shuffled([...palette.accents]);
  const body = first ?? palette.light;
  const bands = Array.from({ length: 9 }, (_, index) => ({
    at: -1 + (index + random.between(0.1, 0.8)) * (2 / 9),
    thick: random.between(0.05, 0.2),
    color: mix(body, random.pick([second ?? body, palette.light, lighter(body, -0.12)]), random.between(0.25, 0.65)),
  }));
  const ringed = random.chance(0.75);
  const ring = {
    inner: radius * random.between(1.4, 1.55),
    outer: radius * random.between(1.9, 2.25),
    flat: random.between(0.2, 0.32),
  };
  const ringColor = mix(palette.light, third ?? body, 0.3);
  return (ctx, phase) => {
    glow(ctx, x, y, radius * 2.6, body, 0.5);
    if (ringed) paintRing(ctx, world, ring, ringColor, 'behind');
    ctx.save();
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, Math.PI * 2);
    ctx.clip();
    ctx.translate(x, y);
    ctx.rotate(tilt);
    ctx.fillStyle = body;
    ctx.fillRect(-radius, -radius, radius * 2, radius * 2);
    for (const band of bands) {
      ctx.fillStyle = band.color;
      ctx.beginPath();
      ctx.ellipse(
        0,
        band.at * radius + radius * 0.012 * swing(phase, band.at),
        radius * 1.25,
        band.thick * radius,
        0,
        0,
        Math.PI * 2,
      );
      ctx.fill();
    }
    ctx.rotate(-tilt);
    shade(ctx, radius, night(scene), palette.light);
    ctx.restore();
    if (ringed) paintRing(ctx, world, ring, ringColor, 'before');
  };
}

/** Light from the upper left, night on the lower right, a thin bright rim. */
function shade(ctx: SKRSContext2D, radius: number, dark: string, light: string): void {
  const dusk = ctx.createRadialGradient(
    -radius * 0.45,
    -radius * 0.5,
    radius * 0.15,
    -radius * 0.2,
    -radius * 0.25,
    radius * 1.42,
  );
  dusk.addColorStop(0, alpha(light, 0.55));
  dusk.addColorStop(0.28, alpha(light, 0.08));
  dusk.addColorStop(0.55, alpha(dark, 0.22));
  dusk.addColorStop(0.8, alpha(dark, 0.74));
  dusk.addColorStop(1, alpha(dark, 0.94));
  ctx.fillStyle = dusk;
  ctx.fillRect(-radius, -radius, radius * 2, radius * 2);
  ctx.strokeStyle = alpha(light, 0.35);
  ctx.lineWidth = radius * 0.025;
  ctx.beginPath();
  ctx.arc(0, 0, radius, Math.PI * 0.85, Math.PI * 1.75);
  ctx.stroke();
}

function paintRing(
  ctx: SKRSContext2D,
  { x, y, tilt }: World,
  ring: { inner: number; outer: number; flat: number },
  color: string,
  side: 'behind' | 'before',
): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(tilt);
  ctx.scale(1, ring.flat);
  const from = side === 'behind' ? Math.PI : 0;
  const lines = 16;
  ctx.lineWidth = ((ring.outer - ring.inner) / lines) * 0.92;
  for (let line = 0; line < lines; line += 1) {
    const at = line / (lines - 1);
    const gap = at > 0.55 && at < 0.66 ? 0.12 : 1;
    horizontalFill(ctx, -ring.outer, ring.outer, [
      [0, alpha(color, 0.9 * gap)],
      [0.5, alpha(color, (0.35 + 0.3 * Math.sin(at * 19)) * gap)],
      [1, alpha(color, 0.25 * gap)],
    ]);
    ctx.strokeStyle = ctx.fillStyle;
    ctx.beginPath();
    ctx.arc(0, 0, ring.inner + (ring.outer - ring.inner) * at, from, from + Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

function satellites(
  scene: Scene,
  random: Random,
  world: World,
): (ctx: SKRSContext2D, phase: number, side: 'behind' | 'before') => void {
  const { unit, palette } = scene;
  const flat = random.between(0.26, 0.4);
  const moons = Array.from({ length: random.whole(3, 5) }, (_, index) => ({
    reach: world.radius * (2.35 + index * 0.62) + unit * random.between(0, 0.03),
    radius: unit * random.between(0.008, 0.026),
    start: random.next(),
    turns: random.pick([1, 1, 2]),
    color: palette.accents[index % 4] ?? palette.light,
  }));
  return (ctx, phase, side) => {
    ctx.save();
    ctx.translate(world.x, world.y);
    ctx.rotate(world.tilt);
    for (const moon of moons) {
      const from = side === 'behind' ? Math.PI : 0;
      ctx.strokeStyle = alpha(palette.light, side === 'behind' ? 0.2 : 0.42);
      ctx.lineWidth = unit * 0.0014;
      ctx.beginPath();
      ctx.ellipse(0, 0, moon.reach, moon.reach * flat, 0, from, from + Math.PI);
      ctx.stroke();
      const angle = (moon.start + phase * moon.turns) * 2 * Math.PI;
      const here = Math.sin(angle) < 0 ? 'behind' : 'before';
      if (here !== side) continue;
      paintMoon(
        ctx,
        Math.cos(angle) * moon.reach,
        Math.sin(angle) * moon.reach * flat,
        moon.radius,
        moon.color,
        night(scene),
      );
    }
    ctx.restore();
  };
}

function paintMoon(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string, dark: string): void {
  glow(ctx, x, y, radius * 3, color, 0.4);
  const body = ctx.createRadialGradient(x - radius * 0.4, y - radius * 0.4, 0, x, y, radius * 1.1);
  body.addColorStop(0, lighter(color, 0.16));
  body.addColorStop(0.5, color);
  body.addColorStop(1, mix(color, dark, 0.8));
  ctx.fillStyle = body;
  disc(ctx, x, y, radius);
}
