import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { plane } from '../../random.js';
import type { Random } from '../../random.js';
import { disc, fractal, glow, groundPath, paintSky, verticalFill } from '../brush.js';
import { alpha, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Painter, Scene } from '../scene.js';

const rowCount = 7;

/** Where the light comes through: the trees stand back from it, the nearer the wider. */
interface Clearing {
  readonly x: number;
  readonly light: { readonly x: number; readonly y: number };
}

/** Rows of firs fading into mist around a clearing, where sometimes a cabin has its window lit. */
export const forest: Composition = (scene) => {
  const { width, height, unit } = scene;
  const random = scene.random.fork('forest');
  const x = width * random.between(0.4, 0.6);
  const clearing: Clearing = {
    x,
    light: { x: x + random.between(-0.16, 0.16) * unit, y: height * random.between(0.26, 0.36) },
  };
  const swayPixels = unit * 0.018;
  const back = layer(scene, 0, (ctx) => {
    paintBack(ctx, scene, random.fork('hills'), clearing);
  });
  const rows = Array.from({ length: rowCount }, (_, index) =>
    treeRow(scene, random.fork(`row${index}`), index, clearing, swayPixels),
  );
  const shafts = rays(scene, random.fork('rays'), clearing);
  const home =
    random.chance(0.6) || scene.says('cabana* cabin* casa* house*')
      ? cabin(scene, random.fork('cabin'), clearing)
      : undefined;

  return (ctx, phase) => {
    back(ctx);
    rows.forEach((paint, index) => {
      const near = index / (rowCount - 1);
      paint(ctx, swing(phase, near * 0.1) * swayPixels * near);
      if (index === 3) shafts(ctx, phase);
      if (index === 4) home?.(ctx, phase);
    });
  };
};

function paintBack(ctx: SKRSContext2D, scene: Scene, random: Random, { light }: Clearing): void {
  const { width, height, unit, palette } = scene;
  paintSky(ctx, scene, height * 0.75);
  glow(ctx, light.x, light.y, unit * 0.8, palette.light, 0.9);
  disc(ctx, light.x, light.y, unit * 0.06, mix(palette.light, '#ffffff', 0.35));
  const noise = plane(random);
  for (const row of [0, 1]) {
    const line: [number, number][] = [];
    for (let x = 0; x <= width + unit / 120; x += unit / 120) {
      const rise = 0.13 - row * 0.05 + 0.09 * fractal(noise, (x / unit) * 1.6, row * 9, 4);
      line.push([x, height * 0.54 - rise * unit]);
    }
    ctx.fillStyle = alpha(mix(palette.far, palette.sky[2], 0.72 - row * 0.22), 0.7);
    ctx.fill(groundPath(line, height));
  }
}

function baseline({ height }: Scene, index: number): number {
  return height * (0.54 + 0.43 * (index / (rowCount - 1)) ** 1.3);
}

function treeRow(scene: Scene, random: Random, index: number, clearing: Clearing, swayPixels: number): Layer {
  const { width, height, unit, palette } = scene;
  const near = index / (rowCount - 1);
  const noise = plane(random.fork('ground'));
  const base = baseline(scene, index);
  const size = unit * (0.075 + 0.62 * near ** 1.9);
  const color = mix(mix(palette.far, palette.sky[2], 0.4), palette.near, near ** 0.75);
  const bleed = swayPixels + size * 0.2;
  const ground = (x: number): number => base + noise(x / unit, index * 3) * unit * 0.03;
  const trees = new Path2D();
  const open = unit * (0.02 + 0.4 * near ** 1.1);
  for (let x = -bleed; x < width + bleed; x += size * random.between(0.1, 0.26)) {
    const aside = Math.abs(x - clearing.x) - open;
    const tall = size * random.between(0.62, 1.12);
    const lean = random.between(-1, 1);
    if (aside < 0 && !(near < 0.75 && random.chance(0.08))) continue;
    const grown = Math.min(1, 0.5 + aside / (unit * 0.22));
    fir(trees, random, { x, y: ground(x) + size * 0.03, tall: tall * (aside < 0 ? 0.4 : grown), lean });
  }
  const line: [number, number][] = [];
  for (let x = -bleed; x <= width + bleed + unit / 60; x += unit / 60) line.push([x, ground(x)]);
  const soil = groundPath(line, height + bleed);
  return layer(
    scene,
    bleed,
    (ctx) => {
      verticalFill(ctx, base - size, base + unit * 0.12, [
        [0, color],
        [0.45, color],
        [1, near === 1 ? palette.near : mix(color, palette.sky[2], 0.75 * (1 - near) ** 0.7)],
      ]);
      ctx.fill(trees);
      ctx.fill(soil);
      if (near < 1) paintMist(ctx, scene, base, near);
    },
    {
      top: base - size * 1.25,
      // The next row's ground covers everything below it.
      bottom: index < rowCount - 1 ? baseline(scene, index + 1) + unit * 0.06 : height,
    },
  );
}

function paintMist(ctx: SKRSContext2D, { width, unit, palette }: Scene, base: number, near: number): void {
  const tone = mix(palette.sky[2], palette.light, 0.35);
  const reach = unit * (0.09 + 0.1 * near);
  verticalFill(ctx, base - reach, base + reach, [
    [0, alpha(tone, 0)],
    [0.55, alpha(tone, 0.5 * (1 - near) ** 0.8)],
    [1, alpha(tone, 0)],
  ]);
  ctx.fillRect(-unit * 0.2, base - reach, width + unit * 0.4, reach * 2);
}

/** A fir: tiers of hanging branches, ragged, each a little wider than the one above. */
function fir(path: Path2D, random: Random, tree: { x: number; y: number; tall: number; lean: number }): void {
  const { x, y, tall } = tree;
  const tiers = 13;
  const half = tall * random.between(0.1, 0.15);
  const lean = tree.lean * tall * 0.012;
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  for (let tier = 1; tier <= tiers; tier += 1) {
    const down = tier / tiers;
    const level = y - tall + tall * 0.93 * down;
    const reach = half * down ** 0.9;
    const center = x + lean * (1 - down);
    for (const [side, hand] of [
      [left, -1],
      [right, 1],
    ] as const) {
      const tip = reach * random.between(0.72, 1.15);
      const droop = tall * random.between(-0.004, 0.014);
      side.push([center + hand * tip, level + droop], [center + hand * reach * 0.5, level - tall * 0.012]);
    }
  }
  path.moveTo(x + lean, y - tall);
  for (const [px, py] of right) path.lineTo(px, py);
  path.lineTo(x + tall * 0.012, y - tall * 0.07);
  path.lineTo(x + tall * 0.014, y);
  path.lineTo(x - tall * 0.014, y);
  path.lineTo(x - tall * 0.012, y - tall * 0.07);
  for (const [px, py] of left.reverse()) path.lineTo(px, py);
  path.closePath();
}

/** Wide, faint beams; each has soft edges because it is drawn as several ever narrower wedges. */
function rays(scene: Scene, random: Random, { light }: Clearing): Painter {
  const { height, unit, palette } = scene;
  const reach = height * 0.95;
  const beams = Array.from({ length: 7 }, (_, index) => ({
    angle: -0.85 + (index / 6) * 1.7 + random.between(-0.1, 0.1),
    spread: random.between(0.05, 0.11),
    start: random.next(),
    strength: random.between(0.03, 0.06),
  }));
  return (ctx, phase) => {
    for (const beam of beams) {
      const strength = beam.strength * (0.7 + 0.3 * swing(phase, beam.start));
      const angle = Math.PI / 2 + beam.angle + 0.02 * swing(phase, beam.start);
      const gradient = ctx.createRadialGradient(light.x, light.y, unit * 0.05, light.x, light.y, reach * 0.75);
      gradient.addColorStop(0, alpha(palette.light, strength));
      gradient.addColorStop(0.5, alpha(palette.light, strength * 0.6));
      gradient.addColorStop(1, alpha(palette.light, 0));
      ctx.fillStyle = gradient;
      for (const share of scene.moving ? [1, 0.5] : [1, 0.72, 0.46, 0.22]) {
        const spread = beam.spread * share;
        ctx.beginPath();
        ctx.moveTo(light.x, light.y);
        ctx.lineTo(light.x + Math.cos(angle - spread) * reach, light.y + Math.sin(angle - spread) * reach);
        ctx.lineTo(light.x + Math.cos(angle + spread) * reach, light.y + Math.sin(angle + spread) * reach);
        ctx.fill();
      }
    }
  };
}

function cabin(scene: Scene, random: Random, clearing: Clearing): Painter {
  const { height, unit, palette } = scene;
  const size = unit * 0.068;
  const x = clearing.x + random.between(-0.05, 0.05) * unit;
  const y = height * 0.775;
  const wall = mix(palette.near, palette.accents[2], 0.3);
  const roof = mix(palette.near, palette.ink, 0.5);
  return (ctx, phase) => {
    const lit = 0.92 + 0.08 * swing(phase, 0, 3);
    glow(ctx, x, y - size * 0.1, size * 3.4, '#ffc766', 0.34 * lit);
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(size, size);
    ctx.fillStyle = wall;
    ctx.fillRect(-0.6, -0.55, 1.2, 0.7);
    ctx.fill(new Path2D('M-0.6 -0.54 L0 -1.05 L0.6 -0.54 Z'));
    ctx.fillStyle = roof;
    ctx.fillRect(0.26, -1.14, 0.15, 0.42);
    ctx.fill(new Path2D('M-0.8 -0.46 L0 -1.16 L0.8 -0.46 L0.7 -0.4 L0 -1 L-0.7 -0.4 Z'));
    ctx.fillStyle = alpha('#ffd27a', lit);
    ctx.fillRect(-0.36, -0.36, 0.28, 0.28);
    ctx.fillRect(0.1, -0.4, 0.26, 0.55);
    ctx.fillStyle = roof;
    ctx.fillRect(-0.235, -0.36, 0.03, 0.28);
    ctx.fillRect(-0.36, -0.235, 0.28, 0.03);
    ctx.restore();
  };
}
