import { sampleRate } from './waves.js';
import type { Sound } from './waves.js';

const headerBytes = 44;

/** Samples must lie within [-1, 1]. RIFF/WAVE, PCM, 16 bits, one or two channels (Microsoft and IBM, "Multimedia Programming Interface", 1991). */
export function wavFile(sound: Sound): Buffer {
  const channels = sound.left === sound.right ? [sound.left] : [sound.left, sound.right];
  const frameBytes = channels.length * 2;
  const dataBytes = sound.left.length * frameBytes;
  const file = Buffer.alloc(headerBytes + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * frameBytes, 28);
  file.writeUInt16LE(frameBytes, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  const samples = new Int16Array(file.buffer, file.byteOffset + headerBytes, sound.left.length * channels.length);
  channels.forEach((channel, index) => {
    for (let i = 0; i < channel.length; i += 1) {
      samples[i * channels.length + index] = (channel[i] ?? 0) * 32767;
    }
  });
  return file;
}
