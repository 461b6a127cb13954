export interface ImageRequest {
  /** Any text. Its words choose motif and colours; what the font cannot show is left out of the caption. */
  readonly prompt: string;
  /** A whole number, 0 to 2^53-1. Prompt, seed, size and format decide every byte. */
  readonly seed: number;
  /** Pixels, 64 to 4096. */
  readonly width: number;
  /** Pixels, 64 to 4096. */
  readonly height: number;
  readonly format: 'png' | 'webp' | 'jpeg';
  /** Shown beside the seed. */
  readonly modelLabel?: string;
}

export interface RenderedImage {
  readonly bytes: Buffer;
  readonly mimeType: 'image/png' | 'image/webp' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

/** The largest picture that is worked on: what the sandbox itself draws at most. */
export const largestGivenPixels = 4096 * 4096;

export interface EditRequest {
  readonly prompt: string;
  readonly seed: number;
  /** Whole files, PNG, JPEG or WebP. The first is drawn on, the others become a part of what is drawn. */
  readonly pictures: readonly [Uint8Array, ...Uint8Array[]];
  /** A PNG whose transparent pixels are drawn on; without it, the whole picture is. */
  readonly mask?: Uint8Array;
  readonly format: ImageRequest['format'];
}

export interface ExpansionRequest {
  readonly prompt: string;
  readonly seed: number;
  readonly picture: Uint8Array;
  /** Pixels, 0 to 2048 each. */
  readonly margins: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
  readonly format: ImageRequest['format'];
}

export interface UpscaleRequest {
  readonly picture: Uint8Array;
  /** How many times as wide and as high. */
  readonly factor: 2 | 4;
  readonly format: ImageRequest['format'];
}

export interface CutOutRequest {
  readonly picture: Uint8Array;
  readonly format: 'png' | 'webp';
}

export interface VideoRequest {
  readonly prompt: string;
  readonly seed: number;
  /** A picture that is set in motion; without it, one is drawn. */
  readonly firstFrame?: Uint8Array;
  /** Pixels, even, 64 to 1920, together at most 1920 × 1080. */
  readonly width: number;
  readonly height: number;
  /** 1 to 10. */
  readonly seconds: number;
  /** 1 to 30. Without it, 20 for small frames and fewer for large ones, so that the work stays bounded. */
  readonly fps?: number;
  readonly modelLabel?: string;
}

export interface RenderedVideo {
  /** MP4: H.264 baseline (yuv420p) and a soft MP3 track, index in front. */
  readonly bytes: Buffer;
  readonly mimeType: 'video/mp4';
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
}

export interface AudioRequest {
  /** What is babbled; for music and effects, the words that set the mood. */
  readonly text: string;
  readonly seed: number;
  readonly kind: 'speech' | 'sound-effect' | 'music';
  /** Any name: the same name is the same speaker for one seed and text. */
  readonly voice?: string;
  /** 0.5 to 120. Without it: speech follows the text, music is 12 s, an effect 3 s. */
  readonly seconds?: number;
  readonly format: 'wav' | 'mp3';
}

export interface RenderedAudio {
  readonly bytes: Buffer;
  readonly mimeType: 'audio/wav' | 'audio/mpeg';
  readonly durationMs: number;
}

/** One piece of work for a render thread. */
export type RenderTask =
  | { readonly kind: 'image'; readonly request: ImageRequest }
  | { readonly kind: 'edit'; readonly request: EditRequest }
  | { readonly kind: 'expansion'; readonly request: ExpansionRequest }
  | { readonly kind: 'upscale'; readonly request: UpscaleRequest }
  | { readonly kind: 'cut-out'; readonly request: CutOutRequest }
  | { readonly kind: 'video'; readonly request: VideoRequest }
  | { readonly kind: 'audio'; readonly request: AudioRequest };

const longestTextCharacters = 100_000;

function whole(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}, not ${value}`);
  }
}

function within(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw new RangeError(`${name} must be from ${low} to ${high}, not ${value}`);
}

function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw new RangeError(`${name} must be one of ${allowed.join(', ')}, not ${value}`);
}

function textAndSeed(name: string, text: string, seed: number): void {
  if (text.length > longestTextCharacters)
    throw new RangeError(`${name} has more than ${longestTextCharacters} characters`);
  whole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
}

/** @throws RangeError naming the first value that is out of bounds. */
export function checkImageRequest(request: ImageRequest): void {
  textAndSeed('prompt', request.prompt, request.seed);
  whole('width', request.width, 64, 4096);
  whole('height', request.height, 64, 4096);
  oneOf('format', request.format, ['png', 'webp', 'jpeg']);
}

/** @throws RangeError naming the first value that is out of bounds. */
export function checkEditRequest(request: EditRequest): void {
  textAndSeed('prompt', request.prompt, request.seed);
  oneOf('format', request.format, ['png', 'webp', 'jpeg']);
}

/** @throws RangeError naming the first value that is out of bounds. */
export function checkExpansionRequest(request: ExpansionRequest): void {
  textAndSeed('prompt', request.prompt, request.seed);
  for (const [side, pixels] of Object.entries(request.margins)) whole(side, pixels, 0, 2048);
  oneOf('format', request.format, ['png', 'webp', 'jpeg']);
}

/** @throws RangeError naming the first value that is out of bounds. */
export function checkVideoRequest(request: VideoRequest): void {
  textAndSeed('prompt', request.prompt, request.seed);
  for (const side of ['width', 'height'] as const) {
    whole(side, request[side], 64, 1920);
    if (request[side] % 2 !== 0)
      throw new RangeError(`${side} must be even, not ${request[side]}: H.264 halves the colours`);
  }
  within('width times height', request.width * request.height, 64 * 64, 1920 * 1080);
  within('seconds', request.seconds, 1, 10);
  if (request.fps !== undefined) whole('fps', request.fps, 1, 30);
}

/** @throws RangeError naming the first value that is out of bounds. */
export function checkAudioRequest(request: AudioRequest): void {
  textAndSeed('text', request.text, request.seed);
  oneOf('kind', request.kind, ['speech', 'sound-effect', 'music']);
  oneOf('format', request.format, ['wav', 'mp3']);
  if (request.seconds !== undefined) within('seconds', request.seconds, 0.5, 120);
}
