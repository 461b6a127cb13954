import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { disc } from '../brush.js';
import { alpha, lighter } from '../color.js';
import { swing } from '../scene.js';

/** Hair in two parts: what falls behind the neck, and what frames the face. The head spans y -0.765 to -0.4. */
export interface Hairstyle {
  readonly back: (ctx: SKRSContext2D, color: string, phase: number) => void;
  readonly front: (ctx: SKRSContext2D, color: string, trim: string, phase: number) => void;
}

function nothing(): void {
  return undefined;
}

function strands(ctx: SKRSContext2D, color: string, path: string): void {
  ctx.strokeStyle = alpha(lighter(color, 0.12), 0.55);
  ctx.lineWidth = 0.004;
  ctx.lineCap = 'round';
  ctx.stroke(new Path2D(path));
}

const long: Hairstyle = {
  back: (ctx, color, phase) => {
    const sway = 0.008 * swing(phase);
    ctx.fillStyle = lighter(color, -0.03);
    ctx.beginPath();
    ctx.moveTo(0, -0.815);
    ctx.bezierCurveTo(0.19, -0.82, 0.2, -0.62, 0.19, -0.5);
    ctx.bezierCurveTo(0.185, -0.38, 0.24 + sway, -0.26, 0.19 + sway, -0.12);
    ctx.lineTo(-0.19 + sway, -0.12);
    ctx.bezierCurveTo(-0.24 + sway, -0.26, -0.185, -0.38, -0.19, -0.5);
    ctx.bezierCurveTo(-0.2, -0.62, -0.19, -0.82, 0, -0.815);
    ctx.fill();
  },
  front: (ctx, color) => {
    ctx.fillStyle = color;
    ctx.fill(
      new Path2D(
        'M-0.01 -0.82 C0.16 -0.83 0.19 -0.68 0.165 -0.5 C0.16 -0.46 0.155 -0.43 0.162 -0.4 C0.12 -0.44 0.128 -0.54 0.118 -0.6 C0.1 -0.68 0.03 -0.7 -0.03 -0.735 C-0.06 -0.69 -0.115 -0.67 -0.122 -0.58 C-0.126 -0.52 -0.125 -0.45 -0.16 -0.4 C-0.152 -0.44 -0.165 -0.47 -0.168 -0.52 C-0.19 -0.7 -0.15 -0.82 -0.01 -0.82 Z',
      ),
    );
    strands(
      ctx,
      color,
      'M-0.03 -0.735 C0.01 -0.79 0.09 -0.77 0.14 -0.66 M-0.03 -0.735 C-0.05 -0.79 -0.12 -0.76 -0.148 -0.64 M-0.02 -0.745 C0.03 -0.76 0.09 -0.73 0.135 -0.6',
    );
  },
};

const bun: Hairstyle = {
  back: (ctx, color, phase) => {
    ctx.save();
    ctx.translate(0.0, -0.845 + 0.003 * swing(phase));
    disc(ctx, 0, 0, 0.082, lighter(color, -0.02));
    strands(
      ctx,
      color,
      'M-0.05 0.02 C-0.04 -0.05 0.03 -0.06 0.055 -0.01 M-0.035 0.03 C-0.02 -0.03 0.02 -0.03 0.035 0.015',
    );
    ctx.restore();
  },
  front: (ctx, color, trim) => {
    ctx.fillStyle = color;
    ctx.fill(
      new Path2D(
        'M0 -0.812 C0.12 -0.812 0.17 -0.71 0.137 -0.565 C0.128 -0.64 0.095 -0.7 0 -0.705 C-0.095 -0.7 -0.128 -0.64 -0.137 -0.565 C-0.17 -0.71 -0.12 -0.812 0 -0.812 Z',
      ),
    );
    strands(
      ctx,
      color,
      'M-0.02 -0.8 C-0.03 -0.77 -0.09 -0.74 -0.12 -0.66 M0.02 -0.8 C0.03 -0.77 0.09 -0.74 0.12 -0.66 M0 -0.8 L0 -0.715',
    );
    ctx.fillStyle = trim;
    ctx.fill(
      new Path2D(
        'M-0.062 -0.806 C-0.03 -0.784 0.03 -0.784 0.062 -0.806 L0.058 -0.788 C0.03 -0.77 -0.03 -0.77 -0.058 -0.788 Z',
      ),
    );
  },
};

const afro: Hairstyle = {
  back: (ctx, color, phase) => {
    const breath = 1 + 0.006 * swing(phase);
    ctx.fillStyle = color;
    disc(ctx, 0, -0.665, 0.232 * breath, lighter(color, -0.02));
    for (let puff = 0; puff < 22; puff += 1) {
      const angle = Math.PI * (0.86 + (puff / 21) * 1.28);
      disc(ctx, Math.cos(angle) * 0.218 * breath, -0.665 + Math.sin(angle) * 0.218 * breath, 0.04, color);
    }
  },
  front: (ctx, color) => {
    ctx.fillStyle = color;
    ctx.beginPath();
    for (let curl = 0; curl <= 12; curl += 1) {
      const angle = Math.PI + (curl / 12) * Math.PI;
      ctx.moveTo(Math.cos(angle) * 0.128 + 0.036, -0.655 + Math.sin(angle) * 0.098);
      ctx.arc(Math.cos(angle) * 0.128, -0.655 + Math.sin(angle) * 0.098, 0.036, 0, Math.PI * 2);
    }
    ctx.fill();
  },
};

const crop: Hairstyle = {
  back: nothing,
  front: (ctx, color) => {
    ctx.fillStyle = color;
    ctx.fill(
      new Path2D(
        'M-0.137 -0.57 C-0.155 -0.64 -0.16 -0.76 -0.07 -0.81 C0.02 -0.86 0.15 -0.82 0.152 -0.7 C0.153 -0.65 0.145 -0.61 0.137 -0.57 C0.13 -0.62 0.125 -0.65 0.105 -0.675 C0.05 -0.665 -0.05 -0.67 -0.085 -0.715 C-0.11 -0.68 -0.128 -0.64 -0.137 -0.57 Z',
      ),
    );
    strands(
      ctx,
      color,
      'M-0.085 -0.715 C-0.04 -0.79 0.06 -0.81 0.13 -0.73 M-0.08 -0.72 C-0.02 -0.76 0.06 -0.77 0.125 -0.69',
    );
  },
};

/** Shaven sides, and a beard. */
const fade: Hairstyle = {
  back: nothing,
  front: (ctx, color) => {
    ctx.fillStyle = alpha(color, 0.55);
    ctx.fill(
      new Path2D(
        'M-0.131 -0.55 C-0.145 -0.66 -0.12 -0.76 0 -0.778 C0.12 -0.76 0.145 -0.66 0.131 -0.55 C0.126 -0.62 0.12 -0.68 0.1 -0.7 C0.05 -0.712 -0.05 -0.712 -0.1 -0.7 C-0.12 -0.68 -0.126 -0.62 -0.131 -0.55 Z',
      ),
    );
    ctx.fillStyle = color;
    ctx.fill(
      new Path2D(
        'M-0.112 -0.69 C-0.13 -0.78 -0.08 -0.82 0.01 -0.825 C0.09 -0.828 0.135 -0.78 0.112 -0.69 C0.06 -0.715 -0.06 -0.715 -0.112 -0.69 Z',
      ),
    );
    ctx.fill(
      new Path2D(
        'M-0.124 -0.56 C-0.13 -0.47 -0.085 -0.375 0 -0.37 C0.085 -0.375 0.13 -0.47 0.124 -0.56 C0.116 -0.52 0.1 -0.495 0.07 -0.49 C0.045 -0.497 0.02 -0.497 0 -0.49 C-0.02 -0.497 -0.045 -0.497 -0.07 -0.49 C-0.1 -0.495 -0.116 -0.52 -0.124 -0.56 Z M-0.044 -0.462 C-0.03 -0.435 0.03 -0.435 0.044 -0.462 C0.02 -0.478 -0.02 -0.478 -0.044 -0.462 Z',
      ),
      'evenodd',
    );
    strands(
      ctx,
      color,
      'M-0.06 -0.72 C-0.03 -0.79 0.05 -0.8 0.1 -0.74 M-0.09 -0.73 C-0.06 -0.78 -0.02 -0.8 0.02 -0.805',
    );
  },
};

const bob: Hairstyle = {
  back: (ctx, color, phase) => {
    const sway = 0.006 * swing(phase);
    ctx.fillStyle = lighter(color, -0.04);
    ctx.beginPath();
    ctx.moveTo(0, -0.82);
    ctx.bezierCurveTo(0.21, -0.82, 0.2, -0.6, 0.205 + sway, -0.42);
    ctx.quadraticCurveTo(0.1, -0.36, 0, -0.38);
    ctx.quadraticCurveTo(-0.1, -0.36, -0.205 + sway, -0.42);
    ctx.bezierCurveTo(-0.2, -0.6, -0.21, -0.82, 0, -0.82);
    ctx.fill();
  },
  front: (ctx, color) => {
    ctx.fillStyle = color;
    ctx.fill(
      new Path2D(
        'M0 -0.825 C0.18 -0.825 0.19 -0.65 0.188 -0.44 C0.165 -0.41 0.14 -0.405 0.122 -0.412 C0.135 -0.49 0.134 -0.58 0.118 -0.655 C0.04 -0.635 -0.04 -0.635 -0.118 -0.655 C-0.134 -0.58 -0.135 -0.49 -0.122 -0.412 C-0.14 -0.405 -0.165 -0.41 -0.188 -0.44 C-0.19 -0.65 -0.18 -0.825 0 -0.825 Z',
      ),
    );
    strands(
      ctx,
      color,
      'M0 -0.82 C-0.02 -0.76 -0.03 -0.7 -0.028 -0.65 M0.01 -0.82 C0.05 -0.76 0.07 -0.7 0.066 -0.655 M-0.02 -0.82 C-0.07 -0.77 -0.09 -0.71 -0.086 -0.655 M0.03 -0.82 C0.12 -0.78 0.16 -0.64 0.158 -0.47 M-0.03 -0.82 C-0.12 -0.78 -0.16 -0.64 -0.158 -0.47',
    );
  },
};

const scarf: Hairstyle = {
  back: nothing,
  front: (ctx, _color, trim) => {
    ctx.fillStyle = trim;
    ctx.fill(
      new Path2D(
        'M-0.14 -0.6 C-0.19 -0.78 -0.1 -0.9 0.02 -0.89 C0.15 -0.88 0.19 -0.76 0.14 -0.6 C0.1 -0.68 0.04 -0.705 0 -0.705 C-0.04 -0.705 -0.1 -0.68 -0.14 -0.6 Z',
      ),
    );
    ctx.fillStyle = lighter(trim, 0.06);
    ctx.fill(
      new Path2D(
        'M-0.05 -0.9 C-0.1 -0.97 0.0 -0.98 0.03 -0.93 C0.07 -0.98 0.15 -0.95 0.1 -0.89 C0.06 -0.86 0 -0.86 -0.05 -0.9 Z',
      ),
    );
    strands(
      ctx,
      trim,
      'M-0.14 -0.62 C-0.08 -0.76 0.04 -0.8 0.15 -0.72 M-0.15 -0.68 C-0.08 -0.81 0.03 -0.84 0.14 -0.79 M0.14 -0.62 C0.09 -0.72 0.02 -0.78 -0.08 -0.8',
    );
  },
};

export const hairstyles: readonly Hairstyle[] = [long, bun, afro, crop, bob, scarf, fade];

/** Those cut close. */
export const short: readonly Hairstyle[] = [crop, fade, afro];
