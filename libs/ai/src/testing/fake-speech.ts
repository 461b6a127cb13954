import { createMp3Encoder } from 'wasm-media-encoders';
import { flacFrame, flacHeader, oggPage } from './audio-containers.js';
import { isFakeUpload } from './fake-request-body.js';

export type SpeechFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm';

/** The content types of the real answers (its API description says octet-stream of all). */
export const SPEECH_CONTENT_TYPES: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

const SAMPLE_RATE_HZ = 24_000;
const SECONDS_PER_CHARACTER = 0.06;

/**
 * A playable file of the format, one short tone a character (spaces are silent; opus and aac are silent throughout).
 * Made piece by piece as it is read, so that a long text costs no memory.
 */
export function fakeSpeech(
  text: string,
  format: SpeechFormat,
  speed: number,
): Iterable<Buffer> | AsyncIterable<Buffer> {
  const tones = new Tones(Array.from(text), Math.round((SAMPLE_RATE_HZ * SECONDS_PER_CHARACTER) / speed));
  switch (format) {
    case 'wav':
      return wav(tones);
    case 'pcm':
      return pcm(tones);
    case 'flac':
      return flac(tones);
    case 'mp3':
      return mp3(tones);
    case 'opus':
      return opus(tones.seconds);
    case 'aac':
      return aac(tones.seconds);
  }
}

/** How long a recording that was sent plays, by its samples, as those who hear it measure; three seconds for all but WAV. */
export function secondsOf(file: unknown): number {
  if (!isFakeUpload(file) || file.bytes.toString('latin1', 0, 4) !== 'RIFF') return 3;
  const [headerBytes, bytesPerSecond] = [44, file.bytes.readUInt32LE(28)];
  return (file.bytes.length - headerBytes) / bytesPerSecond;
}

class Tones {
  constructor(
    private readonly characters: readonly string[],
    readonly samplesEach: number,
  ) {}

  get sampleCount(): number {
    return this.characters.length * this.samplesEach;
  }

  get seconds(): number {
    return this.sampleCount / SAMPLE_RATE_HZ;
  }

  /** One character after the other, 16-bit mono. */
  *[Symbol.iterator](): Generator<Int16Array> {
    for (const character of this.characters) {
      const samples = new Int16Array(this.samplesEach);
      const pitchHz = 180 + ((character.codePointAt(0) ?? 0) % 64) * 8;
      if (character.trim() !== '') {
        for (let at = 0; at < samples.length; at += 1) {
          const envelope = Math.sin((Math.PI * at) / samples.length);
          samples[at] = Math.round(9000 * envelope * Math.sin((2 * Math.PI * pitchHz * at) / SAMPLE_RATE_HZ));
        }
      }
      yield samples;
    }
  }
}

function* pcm(tones: Tones): Generator<Buffer> {
  for (const samples of tones) yield Buffer.from(samples.buffer);
}

function* wav(tones: Tones): Generator<Buffer> {
  const dataBytes = tones.sampleCount * 2;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  yield header;
  yield* pcm(tones);
}

function* flac(tones: Tones): Generator<Buffer> {
  yield flacHeader(tones.samplesEach, SAMPLE_RATE_HZ, tones.sampleCount);
  let frame = 0;
  for (const samples of tones) {
    yield flacFrame(frame, samples);
    frame += 1;
  }
}

async function* mp3(tones: Tones): AsyncGenerator<Buffer> {
  const encoder = await createMp3Encoder();
  encoder.configure({ channels: 1, sampleRate: SAMPLE_RATE_HZ, bitrate: 64 });
  // What encode() returns lies in the encoder's memory until its next call, hence the copies.
  for (const samples of tones) {
    const bytes = encoder.encode([Float32Array.from(samples, (sample) => sample / 32_768)]);
    if (bytes.length > 0) yield Buffer.from(bytes);
  }
  yield Buffer.from(encoder.finalize());
}

/** An Opus packet of 20 ms silence (mode CELT, full band, mono). */
const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);
const OPUS_PACKETS_PER_PAGE = 50;
/** Opus counts at 48 kHz whatever the input was. */
const OPUS_SAMPLES_PER_PACKET = 960;

function* opus(seconds: number): Generator<Buffer> {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00', 'latin1');
  head.writeUInt32LE(SAMPLE_RATE_HZ, 12);
  const tags = Buffer.from('OpusTags\x04\0\0\0fake\0\0\0\0', 'latin1');
  yield oggPage({ sequence: 0, granule: 0, packets: [head], first: true, last: false });
  yield oggPage({ sequence: 1, granule: 0, packets: [tags], first: false, last: false });
  const packets = Math.max(1, Math.ceil(seconds * 50));
  for (let sent = 0, sequence = 2; sent < packets; sequence += 1) {
    const count = Math.min(OPUS_PACKETS_PER_PAGE, packets - sent);
    sent += count;
    yield oggPage({
      sequence,
      granule: sent * OPUS_SAMPLES_PER_PACKET,
      packets: Array<Buffer>(count).fill(OPUS_SILENCE),
      first: false,
      last: sent === packets,
    });
  }
}

/** An ADTS frame of 1024 silent samples, AAC-LC, 24 kHz, mono. */
const AAC_SILENCE = Buffer.from('fff15840017ffc01182007', 'hex');

function* aac(seconds: number): Generator<Buffer> {
  const frames = Math.max(1, Math.ceil((seconds * SAMPLE_RATE_HZ) / 1024));
  for (let sent = 0; sent < frames; sent += 50) {
    yield Buffer.concat(Array<Buffer>(Math.min(50, frames - sent)).fill(AAC_SILENCE));
  }
}
