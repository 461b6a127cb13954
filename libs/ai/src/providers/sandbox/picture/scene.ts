import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../random.js';
import type { Palette } from './palettes.js';

/** What a composition is given: a frame, colours and a seeded source of chance. */
export interface Scene {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The shorter side: lengths are fractions of it, so that a scene looks the same at every size. */
  readonly unit: number;
  readonly palette: Palette;
  readonly random: Random;
  /** Whether the prompt has one of these words (as in keywords.ts: folded, `montanh*` for a beginning). */
  readonly says: (words: string) => boolean;
  /** True when many frames of the scene are painted. */
  readonly moving: boolean;
}

/**
 * Paints the scene at a moment of its cycle. `phase` runs from 0 to 1 and 1 looks like 0, so that a video loops without
 * a seam; a still is phase 0.
 */
export type Painter = (ctx: SKRSContext2D, phase: number) => void;

/** Decides everything that chance decides, once; the painter it returns only moves what was decided. */
export type Composition = (scene: Scene) => Painter;

/** A part of the scene, painted with an offset in pixels. */
export type Layer = (ctx: SKRSContext2D, offsetX?: number, offsetY?: number) => void;

/** From -1 to 1 and back, once (or `turns` times) per cycle. */
export function swing(phase: number, start = 0, turns = 1): number {
  return Math.sin((phase * turns + start) * 2 * Math.PI);
}

/** The part of the frame that a layer touches, in pixels; the whole frame where nothing is said. */
export interface Extent {
  readonly left?: number;
  readonly top?: number;
  readonly right?: number;
  readonly bottom?: number;
}

/**
 * Something that never changes its shape. In a video it is painted once on a canvas of its own and then only moved; a
 * still paints it straight onto the picture, which costs no second canvas. `bleed` pixels around the extent are painted
 * too, for what comes into sight when it moves. A small extent makes every frame cheaper.
 */
export function layer(scene: Scene, bleed: number, draw: (ctx: SKRSContext2D) => void, extent: Extent = {}): Layer {
  if (!scene.moving) {
    return (ctx, offsetX = 0, offsetY = 0) => {
      ctx.save();
      ctx.translate(offsetX, offsetY);
      draw(ctx);
      ctx.restore();
    };
  }
  const margin = Math.ceil(bleed);
  const left = Math.floor(Math.max(0, extent.left ?? 0)) - margin;
  const top = Math.floor(Math.max(0, extent.top ?? 0)) - margin;
  const right = Math.ceil(Math.min(scene.width, extent.right ?? scene.width)) + margin;
  const bottom = Math.ceil(Math.min(scene.height, extent.bottom ?? scene.height)) + margin;
  const canvas = createCanvas(Math.max(1, right - left), Math.max(1, bottom - top));
  const own = canvas.getContext('2d');
  own.translate(-left, -top);
  draw(own);
  return (ctx, offsetX = 0, offsetY = 0) => {
    ctx.drawImage(canvas, left + offsetX, top + offsetY);
  };
}
