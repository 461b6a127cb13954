import type { EditRequest, ExpansionRequest, RenderedImage } from '../media-requests.js';
import { renderImageFile } from '../picture/image-file.js';
import { encodePicture, fromPixels, openPicture, type Pixels, pixelsOf, sizeOf } from './given-picture.js';

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Without a mask the picture shines through what is drawn over it. */
const wholeOpacity = 0.6;
/** What the drawing program takes; the drawing is stretched to fit. */
const [leastSide, mostSide] = [64, 4096];

/** Draws over a picture what the words say, within the mask's opening only; further pictures become a part of it. */
export async function renderEditFile(request: EditRequest): Promise<RenderedImage> {
  const [first, ...others] = request.pictures;
  const picture = await pixelsOf(openPicture(first));
  const { width, height } = picture;
  const opening = request.mask
    ? await openingOf(request.mask, width, height)
    : Buffer.alloc(width * height, Math.round(255 * wholeOpacity));
  const area = openArea(opening, width, height);
  if (area) paintOver(picture, await drawingOf(request, area, others), area, opening);
  return encodePicture(fromPixels(picture), request.format);
}

/** Draws what the words say beyond the edges of a picture. */
export async function renderExpansionFile(request: ExpansionRequest): Promise<RenderedImage> {
  const { width, height } = await sizeOf(request.picture);
  const { left, right, top, bottom } = request.margins;
  const area = { left, top, width: width + left + right, height: height + top + bottom };
  const ground = await drawingOf(request, area, []);
  const input = await openPicture(request.picture).png().toBuffer();
  return encodePicture(fromPixels(ground).composite([{ input, left, top }]), request.format);
}

/** How open each pixel of the mask is: 255 where it is transparent. */
async function openingOf(mask: Uint8Array, width: number, height: number): Promise<Buffer> {
  const fitted = openPicture(mask).resize(width, height, { fit: 'fill' });
  const opacity = await fitted.ensureAlpha().extractChannel('alpha').raw({ depth: 'uchar' }).toBuffer();
  return opacity.map((value) => 255 - value) as Buffer;
}

/** The smallest rectangle with every open pixel; undefined: none is open. */
function openArea(opening: Buffer, width: number, height: number): Area | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (opening[row * width + column] === 0) continue;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      bottom = row;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** A composition of the area's size, with cards of further pictures along its lower edge. */
async function drawingOf(
  { prompt, seed }: Pick<EditRequest, 'prompt' | 'seed'>,
  { width, height }: Area,
  others: readonly Uint8Array[],
): Promise<Pixels> {
  const within = (side: number) => Math.min(mostSide, Math.max(leastSide, side));
  const drawn = await renderImageFile({ prompt, seed, width: within(width), height: within(height), format: 'png' });
  const fitted = await pixelsOf(openPicture(drawn.bytes).resize(width, height, { fit: 'fill' }));
  const side = Math.floor(Math.min(width / (others.length + 1), height / 2));
  if (others.length === 0 || side < 1) return fitted;
  const gap = Math.floor((width - side * others.length) / (others.length + 1));
  const cards = await Promise.all(
    others.map(async (other, index) => ({
      input: await openPicture(other).resize(side, side).png().toBuffer(),
      left: gap + index * (side + gap),
      top: height - side,
    })),
  );
  return pixelsOf(fromPixels(fitted).composite(cards));
}

/**
 * By hand and not by a layer: what is not open keeps its very bytes. What shows through counts as much as it is seen: a
 * colour under full transparency is nothing.
 */
function paintOver(picture: Pixels, drawing: Pixels, { left, top, width, height }: Area, opening: Buffer): void {
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = (top + row) * picture.width + left + column;
      const share = opening[at] ?? 0;
      if (share === 0) continue;
      const from = (row * width + column) * 4;
      const to = at * 4;
      const shining = ((picture.data[to + 3] ?? 0) * (255 - share)) / 255;
      const opacity = share + shining;
      for (let channel = 0; channel < 3; channel += 1) {
        const [under, over] = [picture.data[to + channel] ?? 0, drawing.data[from + channel] ?? 0];
        picture.data[to + channel] = Math.round((over * share + under * shining) / opacity);
      }
      picture.data[to + 3] = Math.round(opacity);
    }
  }
}
