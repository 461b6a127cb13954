import { crc32, deflateSync } from 'node:zlib';
import type { Canvas } from '@napi-rs/canvas';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const channels = 3;
const bitDepth = 8;
const rgb = 2;
/** Each byte is told as its difference from the same channel of the pixel before. */
const filterSub = 1;
/** Grain leaves little to find: higher levels take several times as long for a few percent. */
const level = 3;

/**
 * An opaque canvas as a PNG (W3C Portable Network Graphics, third edition). The canvas library tries every filter at a high
 * level, which on pictures with grain takes several times as long as drawing them, for files of much the same size.
 */
export function encodePng(canvas: Canvas): Buffer {
  const { width, height } = canvas;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, rgb], 8);
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const lines = deflateSync(filteredLines(data, width, height), { level });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))]);
}

/** @param data RGBA; the alpha is left out */
function filteredLines(data: Uint8ClampedArray, width: number, height: number): Buffer {
  const lineBytes = 1 + width * channels;
  const lines = Buffer.alloc(lineBytes * height);
  for (let y = 0; y < height; y++) {
    let to = y * lineBytes;
    lines[to++] = filterSub;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
      lines[to++] = (data[from] ?? 0) - red;
      lines[to++] = (data[from + 1] ?? 0) - green;
      lines[to++] = (data[from + 2] ?? 0) - blue;
      red = data[from] ?? 0;
      green = data[from + 1] ?? 0;
      blue = data[from + 2] ?? 0;
    }
  }
  return lines;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(content.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
