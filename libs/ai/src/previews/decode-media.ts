import { createRequire } from 'node:module';
import type * as Media from 'mediabunny';
import sharp, { type Sharp } from 'sharp';
import { Ffmpeg } from './ffmpeg.js';

/** What a film or sound looks like at a glance. */
export interface DecodedMedia {
  /** A frame as WebP; undefined: no film, or none that can be decoded. */
  poster?: Uint8Array;
  /** 0 to 100, the loudest sample of each part; undefined: no sound, none that can be decoded, or too long. */
  peaks?: number[];
}

const POSTER_SIDE = 1280;
/** The first frames are often black. */
const POSTER_AT_SECONDS = 1;
/** 8K; more is an attack on the decoder. */
const MAX_FRAME_PIXELS = 8192 * 4320;
const PARTS = 200;
/** Every sample of it is decoded. */
const MAX_SOUND_SECONDS = 1800;

/** Younger than the types of the standard. */
const RGBA: VideoFrameCopyToOptions & { format: 'RGBA' } = { format: 'RGBA' };

type Mediabunny = typeof Media;

/**
 * Decodes one frame of a film and the whole of a sound. Mediabunny reads the files, the WebCodecs of napi-rs (FFmpeg's
 * decoders as a native module) their content; what they do not decode, or on a platform that they are not built for, the
 * program `ffmpeg` does where there is one.
 * @param ffmpegPath the program's name or path
 */
export async function decodeMedia(path: string, ffmpegPath: string): Promise<DecodedMedia> {
  provideWebCodecs();
  const media = await import('mediabunny');
  const input = new media.Input({ formats: media.ALL_FORMATS, source: new media.FilePathSource(path) });
  try {
    const ffmpeg = new Ffmpeg(ffmpegPath, path, (await input.getFormat()).name);
    const film = await input.getPrimaryVideoTrack();
    if (film) return { poster: await posterOf(media, film, ffmpeg) };
    const sound = await input.getPrimaryAudioTrack();
    return sound ? { peaks: await peaksOf(media, sound, await input.computeDuration(), ffmpeg) } : {};
  } finally {
    input.dispose();
  }
}

const BUILDS = ['', '-gnu', '-musl', '-gnueabihf', '-msvc'];

/** Mediabunny looks for the classes of the WebCodecs standard where browsers have them. */
function provideWebCodecs(): void {
  const load = createRequire(import.meta.url);
  for (const build of BUILDS) {
    try {
      const codecs = load(`@napi-rs/webcodecs-${process.platform}-${process.arch}${build}`) as Record<string, unknown>;
      for (const [name, value] of Object.entries(codecs)) {
        if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
      }
      return;
    } catch {
      // Another build may be installed, or none.
    }
  }
}

async function posterOf(
  { VideoSampleSink }: Mediabunny,
  track: InstanceType<Mediabunny['InputVideoTrack']>,
  ffmpeg: Ffmpeg,
): Promise<Uint8Array | undefined> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  if (width * height > MAX_FRAME_PIXELS) return undefined;
  const begin = await track.getFirstTimestamp();
  const at = Math.min(POSTER_AT_SECONDS, ((await track.computeDuration()) - begin) / 2);
  if (!(await track.canDecode())) {
    const picture = await ffmpeg.frame(at);
    return picture && posterFrom(sharp(picture));
  }
  const frame = await new VideoSampleSink(track).getSample(begin + at);
  if (!frame) return undefined;
  try {
    const pixels = new Uint8Array(frame.allocationSize(RGBA));
    await frame.copyTo(pixels, RGBA);
    const raw = { width: frame.codedWidth, height: frame.codedHeight, channels: 4 } as const;
    return await posterFrom(sharp(pixels, { raw }).removeAlpha().rotate(frame.rotation));
  } finally {
    frame.close();
  }
}

function posterFrom(picture: Sharp): Promise<Uint8Array> {
  return picture
    .resize(POSTER_SIDE, POSTER_SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}

async function peaksOf(
  { AudioSampleSink }: Mediabunny,
  track: InstanceType<Mediabunny['InputAudioTrack']>,
  seconds: number,
  ffmpeg: Ffmpeg,
): Promise<number[] | undefined> {
  if (!(seconds > 0 && seconds <= MAX_SOUND_SECONDS)) return undefined;
  const loudest = (await track.canDecode())
    ? await loudnessOf(AudioSampleSink, track, seconds)
    : await ffmpeg.loudness(seconds, PARTS);
  return loudest?.map((loudness) => Math.min(100, Math.round(loudness * 100)));
}

async function loudnessOf(
  AudioSampleSink: Mediabunny['AudioSampleSink'],
  track: InstanceType<Mediabunny['InputAudioTrack']>,
  seconds: number,
): Promise<number[]> {
  const peaks = new Array<number>(PARTS).fill(0);
  let samples = new Float32Array(0);
  for await (const part of new AudioSampleSink(track).samples()) {
    try {
      const options = { planeIndex: 0, format: 'f32-planar' } as const;
      const length = part.allocationSize(options) / samples.BYTES_PER_ELEMENT;
      if (samples.length < length) samples = new Float32Array(length);
      part.copyTo(samples.subarray(0, length), options);
      for (let index = 0; index < length; index += 1) {
        const place = Math.floor(((part.timestamp + index / part.sampleRate) / seconds) * PARTS);
        const loudness = Math.abs(samples[index] ?? 0);
        if (place >= 0 && place < PARTS && loudness > (peaks[place] ?? 0)) peaks[place] = loudness;
      }
    } finally {
      part.close();
    }
  }
  return peaks;
}
