import type { SKRSContext2D } from '@napi-rs/canvas';
import { verticalFill } from './brush.js';
import { alpha, mix } from './color.js';
import type { Palette } from './palettes.js';
import { displayable, ellipsized, setFont, wrapped } from './typography.js';

export interface LabelText {
  readonly prompt: string;
  readonly seed: number;
  readonly modelLabel?: string;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const badgeText = 'BASE sandbox';
/** Below this a word cannot be read; the caption is left out and the badge shrinks no further. */
const smallestTextPixels = 7;

/** Where the badge stands and how large its letters are, in pixels. It never leaves the frame. */
export function badgeLayout(
  ctx: SKRSContext2D,
  { width, height }: Frame,
): Box & { fontPixels: number; text: string; padding: number } {
  const unit = Math.min(width, height);
  const margin = Math.max(2, unit * 0.032);
  let fontPixels = Math.max(smallestTextPixels + 1, unit * 0.034);
  let text = badgeText;
  const room = width - margin * 2;
  setFont(ctx, fontPixels, 700);
  if (measure(ctx, text) + fontPixels * 2.1 > room) text = 'sandbox';
  const natural = measure(ctx, text) + fontPixels * 2.1;
  if (natural > room) {
    fontPixels *= room / natural;
    setFont(ctx, fontPixels, 700);
  }
  const padding = fontPixels * 0.62;
  const dot = fontPixels * 0.86;
  return {
    x: margin,
    y: margin,
    width: measure(ctx, text) + padding * 2 + dot,
    height: fontPixels * 1.85,
    fontPixels,
    text,
    padding,
  };
}

function measure(ctx: SKRSContext2D, text: string): number {
  return ctx.measureText(text).width;
}

/** The badge and the caption: on every picture and every frame, so that nobody takes a sandbox file for a real one. */
export function paintLabel(ctx: SKRSContext2D, frame: Frame, palette: Palette, label: LabelText): void {
  ctx.save();
  ctx.textBaseline = 'alphabetic';
  paintCaption(ctx, frame, palette, label);
  paintBadge(ctx, frame, palette);
  ctx.restore();
}

function paintBadge(ctx: SKRSContext2D, frame: Frame, palette: Palette): void {
  const badge = badgeLayout(ctx, frame);
  const dark = mix(palette.ink, '#000000', 0.35);
  ctx.save();
  ctx.shadowColor = alpha('#000000', 0.35);
  ctx.shadowBlur = badge.fontPixels * 0.5;
  ctx.shadowOffsetY = badge.fontPixels * 0.12;
  ctx.fillStyle = alpha(dark, 0.82);
  ctx.beginPath();
  ctx.roundRect(badge.x, badge.y, badge.width, badge.height, badge.height / 2);
  ctx.fill();
  ctx.restore();
  ctx.strokeStyle = alpha('#ffffff', 0.22);
  ctx.lineWidth = Math.max(0.75, badge.fontPixels * 0.05);
  ctx.stroke();
  const middle = badge.y + badge.height / 2;
  ctx.fillStyle = mix(palette.accents[1], '#ffc857', 0.5);
  ctx.beginPath();
  ctx.arc(badge.x + badge.padding + badge.fontPixels * 0.22, middle, badge.fontPixels * 0.23, 0, Math.PI * 2);
  ctx.fill();
  setFont(ctx, badge.fontPixels, 700);
  ctx.fillStyle = '#ffffff';
  ctx.fillText(badge.text, badge.x + badge.padding + badge.fontPixels * 0.78, middle + badge.fontPixels * 0.35);
}

function paintCaption(ctx: SKRSContext2D, { width, height }: Frame, palette: Palette, label: LabelText): void {
  const unit = Math.min(width, height);
  const fontPixels = unit * 0.0285;
  if (fontPixels < smallestTextPixels || width < fontPixels * 12) return;
  const smallPixels = Math.max(smallestTextPixels, fontPixels * 0.74);
  const margin = unit * 0.036;
  const widest = Math.min(width - margin * 2, unit * 1.1);
  setFont(ctx, fontPixels, 500);
  const lines = wrapped(ctx, displayable(label.prompt), widest, 2);
  const leading = fontPixels * 1.34;
  const note = ['seed ' + String(label.seed), displayable(label.modelLabel ?? '')]
    .filter((part) => part !== '')
    .join('  ·  ');
  const noteBase = height - margin;
  const firstBase = noteBase - smallPixels * 1.55 - leading * (lines.length - 1);
  const scrimTop = (lines.length > 0 ? firstBase : noteBase) - fontPixels * 3.6;
  const shade = mix(palette.ink, '#000000', 0.5);
  verticalFill(ctx, scrimTop, height, [
    [0, alpha(shade, 0)],
    [0.4, alpha(shade, 0.4)],
    [0.75, alpha(shade, 0.66)],
    [1, alpha(shade, 0.78)],
  ]);
  ctx.fillRect(0, scrimTop, width, height - scrimTop);
  ctx.fillStyle = '#ffffff';
  lines.forEach((line, index) => {
    ctx.fillText(line, margin, firstBase + index * leading);
  });
  setFont(ctx, smallPixels, 500);
  ctx.fillStyle = 'rgba(255,255,255,0.72)';
  ctx.fillText(ellipsized(ctx, note, width - margin * 2), margin, noteBase);
}
