/** Colours are `#rrggbb`; mixing happens in OKLab, where the way between two colours has no grey mud in it. */

type Lab = readonly [lightness: number, a: number, b: number];

function toLinear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function toByte(linear: number): number {
  const clamped = Math.min(1, Math.max(0, linear));
  const c = clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * clamped ** (1 / 2.4) - 0.055;
  return Math.round(c * 255);
}

export function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Matrices: Björn Ottosson, "A perceptual color space for image processing" (2020). */
function toLab(hex: string): Lab {
  const [red, green, blue] = channels(hex).map(toLinear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Lab): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const bytes = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(toByte);
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The colour `share` (0 to 1) of the way from one to the other. */
export function mix(from: string, to: string, share: number): string {
  const start = toLab(from);
  const end = toLab(to);
  const at = Math.min(1, Math.max(0, share));
  return fromLab([
    start[0] + (end[0] - start[0]) * at,
    start[1] + (end[1] - start[1]) * at,
    start[2] + (end[2] - start[2]) * at,
  ]);
}

/** The same hue, lighter (positive) or darker (negative); 0.1 is a clear step. */
export function lighter(hex: string, step: number): string {
  const [lightness, a, b] = toLab(hex);
  return fromLab([Math.min(1, Math.max(0, lightness + step)), a, b]);
}

/** Perceived lightness, 0 (black) to 1 (white). */
export function lightness(hex: string): number {
  return toLab(hex)[0];
}

/** The hue turned by some degrees and the chroma scaled. */
export function tinted(hex: string, turnDegrees: number, chroma = 1): string {
  const [light, a, b] = toLab(hex);
  const angle = (turnDegrees * Math.PI) / 180;
  return fromLab([
    light,
    (a * Math.cos(angle) - b * Math.sin(angle)) * chroma,
    (a * Math.sin(angle) + b * Math.cos(angle)) * chroma,
  ]);
}

/** The colour with an opacity, as the canvas wants it. */
export function alpha(hex: string, opacity: number): string {
  const [red, green, blue] = channels(hex);
  return `rgba(${red},${green},${blue},${Math.min(1, Math.max(0, opacity)).toFixed(4)})`;
}
