import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import { seededRandom } from '../random.js';
import type { ImageRequest, RenderedImage } from '../media-requests.js';
import { paintGrain, paintVignette } from './finish.js';
import { paintLabel } from './label.js';
import { composePicture } from './picture.js';

/** Draws and encodes one image. Synchronous drawing: runs in a render thread. */
export async function renderImageFile(request: ImageRequest): Promise<RenderedImage> {
  const { width, height, format } = request;
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  const picture = composePicture({ ...request, moving: false });
  picture.paint(ctx, 0);
  paintVignette(ctx, request);
  paintGrain(ctx, request, seededRandom(`grain ${request.seed}`));
  paintLabel(ctx, request, picture.palette, request);
  return { bytes: await encode(canvas, format), mimeType: `image/${format}`, width, height };
}

async function encode(canvas: Canvas, format: ImageRequest['format']): Promise<Buffer> {
  if (format !== 'png') return canvas.encode(format, format === 'webp' ? 86 : 90);
  // The canvas library takes five times as long for a PNG of the same size.
  const { default: sharp } = await import('sharp');
  const { width, height } = canvas;
  const pixels = sharp(canvas.data(), { raw: { width, height, channels: 4 } }).removeAlpha();
  return pixels.png({ compressionLevel: 3, adaptiveFiltering: true }).toBuffer();
}
