import type { SKRSContext2D } from '@napi-rs/canvas';
import { plane } from '../../random.js';
import type { Random } from '../../random.js';
import { fractal, groundPath, paintLuminary, paintSky, verticalFill } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Scene } from '../scene.js';

const layerCount = 7;
const mountains =
  'montanh* mountain* serra sierra alpes alps himalaia penhasco cliff* vulcao volcano canion canyon* pico peak* neve snow*';

interface Terrain {
  readonly rugged: boolean;
  readonly horizon: number;
  readonly noise: (x: number, y: number) => number;
}

/** Mountains or dunes, paler with distance, under a low sun. */
export const ridges: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('ridges');
  const terrain: Terrain = {
    rugged:
      !scene.says('dun* desert* areia sand sahara saara colina* hill*') &&
      (scene.says(mountains) || random.chance(0.6)),
    horizon: height * random.between(0.46, 0.56),
    noise: plane(random.fork('terrain')),
  };
  const sun = {
    x: width * (random.chance(0.5) ? random.between(0.22, 0.4) : random.between(0.6, 0.78)),
    y: terrain.horizon - unit * random.between(0.1, 0.24),
    radius: unit * random.between(0.05, 0.085),
  };
  const swayPixels = unit * 0.022;
  const sky = layer(scene, 0, (ctx) => {
    paintSky(ctx, scene, terrain.horizon + unit * 0.06);
  });
  const ranges = Array.from({ length: layerCount }, (_, index) =>
    range(scene, terrain, index, swayPixels + unit * 0.01),
  );
  const flock = birds(scene, random.fork('birds'), sun);

  return (ctx, phase) => {
    sky(ctx);
    paintLuminary(
      ctx,
      { ...sun, y: sun.y - unit * 0.012 * swing(phase) },
      palette.light,
      mix(palette.light, palette.sky[2], 0.4),
    );
    flock(ctx, phase);
    ranges.forEach((paint, index) => {
      paint(ctx, swing(phase, 0.1) * swayPixels * (index / (layerCount - 1)) ** 1.4);
    });
  };
};

function baseline({ height }: Scene, { horizon }: Terrain, index: number): number {
  return horizon + (height - horizon) * (index / (layerCount - 1)) ** 1.25 * 0.86;
}

interface Outline {
  readonly depth: number;
  readonly base: number;
  readonly crest: readonly (readonly [number, number])[];
  /** A second, lower line inside the range: it gives the flank a fold. */
  readonly shoulder: readonly (readonly [number, number])[];
  readonly snowy: boolean;
}

function range(scene: Scene, terrain: Terrain, index: number, bleed: number): Layer {
  const { height, unit } = scene;
  const depth = index / (layerCount - 1);
  const base = baseline(scene, terrain, index);
  const heights = (level: number, shift: number): [number, number][] => {
    const line: [number, number][] = [];
    for (let x = -bleed; x <= scene.width + bleed + unit / 260; x += unit / 260) {
      line.push([x, level - elevation(terrain, index, x / unit + shift, depth) * unit]);
    }
    return line;
  };
  const outline: Outline = {
    depth,
    base,
    crest: heights(base, 0),
    shoulder: heights(base + unit * 0.05, 40),
    snowy: terrain.rugged && scene.says('neve snow* gelo ice icy inverno winter alpes alps himalaia'),
  };
  const draw = (ctx: SKRSContext2D): void => paintRange(ctx, scene, outline, height + bleed);
  return layer(scene, bleed, draw, {
    top: Math.min(...outline.crest.map(([, y]) => y)) - unit * 0.01,
    // The next range covers everything below its own lowest point.
    bottom: index < layerCount - 1 ? baseline(scene, terrain, index + 1) + unit * 0.1 : height,
  });
}

function paintRange(ctx: SKRSContext2D, scene: Scene, outline: Outline, bottom: number): void {
  const { unit, palette } = scene;
  const { depth, base, crest } = outline;
  const color = mix(palette.far, palette.near, depth ** 0.95);
  const mist = mix(color, palette.sky[2], 0.62 * (1 - depth) ** 0.8);
  const ground = groundPath(crest, bottom);
  const reach = unit * (0.16 + 0.2 * depth);
  verticalFill(ctx, base - reach, base + reach * 1.1, [
    [0, color],
    [1, depth === 1 ? palette.near : mist],
  ]);
  ctx.fill(ground);
  ctx.save();
  ctx.clip(ground);
  ctx.fillStyle = alpha(lighter(color, -0.05), 0.35);
  ctx.fill(groundPath(outline.shoulder, bottom));
  if (outline.snowy) paintSnow(ctx, scene, crest, depth);
  ctx.restore();
  ctx.strokeStyle = alpha(palette.light, 0.2 * (1 - depth) + 0.06);
  ctx.lineWidth = unit * 0.0022;
  ctx.beginPath();
  crest.forEach(([x, y], at) => (at === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  ctx.stroke();
}

/** Snow lies above a ragged line; the caller clips to the range. */
function paintSnow(
  ctx: SKRSContext2D,
  { unit, palette }: Scene,
  crest: readonly (readonly [number, number])[],
  depth: number,
): void {
  const summit = Math.min(...crest.map(([, y]) => y));
  const foot = Math.max(...crest.map(([, y]) => y));
  const level = summit + (foot - summit) * (0.38 - depth * 0.14);
  ctx.fillStyle = alpha(mix(palette.light, palette.far, 0.08 + 0.4 * depth), 0.92 - 0.3 * depth);
  ctx.beginPath();
  ctx.moveTo(crest[0]?.[0] ?? 0, 0);
  for (const [x, y] of crest) {
    const along = x / unit;
    const tooth =
      Math.sin(along * 41 + depth * 9) * 0.5 + Math.sin(along * 97 + depth * 5) * 0.35 + Math.sin(along * 23) * 0.5;
    ctx.lineTo(x, level + tooth * unit * 0.016 + (y - level) * 0.12);
  }
  ctx.lineTo(crest.at(-1)?.[0] ?? 0, 0);
  ctx.fill();
}

/** Height above the base, in units. */
function elevation(terrain: Terrain, index: number, x: number, depth: number): number {
  const row = index * 31.7;
  if (!terrain.rugged) {
    const swell = terrain.noise(x * (1.5 - depth * 0.5), row);
    return 0.075 + swell * (0.07 + depth * 0.05) + terrain.noise(x * 4, row + 9) * 0.006;
  }
  // Ridged noise: the creases of the noise become sharp crests; a slow wave makes some summits tower above the rest.
  const folded = 1 - Math.abs(fractal(terrain.noise, x * (0.95 - depth * 0.25), row, 6));
  const towering = 0.75 + 0.45 * terrain.noise(x * 0.7, row + 5);
  return folded ** 2.6 * 0.42 * towering - 0.08;
}

function birds(
  scene: Scene,
  random: Random,
  sun: { x: number; y: number },
): (ctx: SKRSContext2D, phase: number) => void {
  const { unit, palette } = scene;
  const flock = Array.from({ length: random.whole(4, 8) }, () => ({
    x: sun.x + random.between(-0.2, 0.2) * unit,
    y: sun.y - random.between(0.03, 0.2) * unit,
    span: unit * random.between(0.006, 0.013),
    start: random.next(),
  }));
  return (ctx, phase) => {
    ctx.strokeStyle = alpha(palette.near, 0.75);
    ctx.lineWidth = unit * 0.0022;
    ctx.lineCap = 'round';
    for (const bird of flock) {
      const lift = bird.span * (0.5 + 0.35 * swing(phase, bird.start, 4));
      const x = bird.x + unit * 0.03 * swing(phase, 0.2);
      ctx.beginPath();
      ctx.moveTo(x - bird.span, bird.y - lift);
      ctx.quadraticCurveTo(x - bird.span * 0.35, bird.y - lift * 0.9, x, bird.y);
      ctx.quadraticCurveTo(x + bird.span * 0.35, bird.y - lift * 0.9, x + bird.span, bird.y - lift);
      ctx.stroke();
    }
  };
}
