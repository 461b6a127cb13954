import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc, verticalFill } from '../brush.js';
import { alpha, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Scene } from '../scene.js';
import { plants } from './plants.js';

const groupCount = 4;

interface Stem {
  readonly x: number;
  readonly lean: number;
  readonly size: number;
  readonly draw: (ctx: SKRSContext2D) => void;
}

/** Stems, leaves and blossoms before a large sun, as on a pressed-flower print. */
export const botanical: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('botanical');
  const ground = random.chance(0.72) ? palette.paper : mix(palette.ink, palette.near, 0.4);
  const sun = {
    x: width * random.between(0.42, 0.58),
    y: Math.max(height * random.between(0.36, 0.44), height - unit * 1.15),
    radius: unit * random.between(0.26, 0.33),
  };
  const sunColor = mix(random.pick([palette.accents[0], palette.accents[1], palette.far]), ground, 0.25);
  const back = layer(scene, 0, (ctx) => {
    ctx.fillStyle = ground;
    ctx.fillRect(0, 0, width, height);
    verticalFill(ctx, sun.y - sun.radius, sun.y + sun.radius, [
      [0, sunColor],
      [1, mix(sunColor, ground, 0.55)],
    ]);
    disc(ctx, sun.x, sun.y, sun.radius);
    ctx.strokeStyle = alpha(palette.ink, 0.22);
    ctx.lineWidth = unit * 0.0016;
    ctx.beginPath();
    ctx.arc(sun.x, sun.y, sun.radius + unit * 0.03, 0, Math.PI * 2);
    ctx.stroke();
  });
  const bed = stems(scene, random.fork('stems'), ground);
  // Stems sway in a few groups: one by one would cost thousands of strokes in every frame.
  const groups = Array.from({ length: groupCount }, (_, index) => {
    const size = Math.ceil(bed.length / groupCount);
    const group = bed.slice(index * size, (index + 1) * size);
    const tallest = Math.max(0, ...group.map((stem) => stem.size));
    const draw = (ctx: SKRSContext2D): void => {
      for (const stem of group) paintStem(ctx, stem, height + unit * 0.02);
    };
    return layer(scene, unit * 0.05, draw, { top: height - tallest * 1.16 });
  });

  return (ctx, phase) => {
    back(ctx);
    groups.forEach((group, index) => {
      ctx.save();
      ctx.translate(width / 2, height * 1.2);
      ctx.rotate(0.012 * swing(phase, index / groupCount));
      ctx.translate(-width / 2, -height * 1.2);
      group(ctx);
      ctx.restore();
    });
  };
};

function paintStem(ctx: SKRSContext2D, stem: Stem, foot: number): void {
  ctx.save();
  ctx.translate(stem.x, foot);
  ctx.rotate(stem.lean);
  ctx.scale(stem.size, stem.size);
  stem.draw(ctx);
  ctx.restore();
}

function stems(scene: Scene, random: Random, ground: string): Stem[] {
  const { width, height, unit, palette } = scene;
  const greens = [
    mix(palette.near, '#6d8f4e', 0.62),
    mix(palette.accents[3], '#3d6b4f', 0.62),
    mix(palette.far, '#5f8a62', 0.68),
    mix(palette.near, '#2f5d46', 0.6),
  ];
  const count = Math.max(7, Math.round((width / unit) * random.whole(10, 13)));
  const order = random.shuffled(Array.from({ length: count }, (_, index) => index));
  return order.map((place, rank) => {
    const across = (place + 0.5) / count;
    const near = rank / (count - 1);
    const fromMiddle = across - 0.5;
    const blossom = random.pick(palette.accents.filter((color) => color !== ground));
    const green = random.pick(greens);
    return {
      x: width * (0.5 + fromMiddle * 1.02) + random.between(-0.03, 0.03) * unit,
      lean: fromMiddle * random.between(0.15, 0.6) + random.between(-0.07, 0.07),
      size:
        Math.min(height, unit * 1.35) *
        random.between(0.56, 0.88) *
        (1.1 - near * 0.46) *
        (1 - Math.abs(fromMiddle) * 0.25),
      draw: random.pick(plants)(random.fork(`plant${place}`), {
        green: mix(green, ground, 0.3 * (1 - near)),
        blossom,
        heart: palette.light,
        ink: palette.ink,
      }),
    };
  });
}
