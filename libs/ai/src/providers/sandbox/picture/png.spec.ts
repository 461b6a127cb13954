import { createCanvas, loadImage } from '@napi-rs/canvas';
import { encodePng } from './png.js';

it.each([
  [1, 1],
  [7, 3],
  [64, 48],
])('a PNG of %i × %i holds every pixel as it was drawn', async (width, height) => {
  const drawn = createCanvas(width, height).getContext('2d');
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      drawn.fillStyle = `rgb(${(x * 37) % 256} ${(y * 91) % 256} ${(x * y * 13) % 256})`;
      drawn.fillRect(x, y, 1, 1);
    }
  }
  const image = await loadImage(encodePng(drawn.canvas));
  expect([image.width, image.height]).toEqual([width, height]);
  const seen = createCanvas(width, height).getContext('2d');
  seen.drawImage(image, 0, 0);
  expect(seen.getImageData(0, 0, width, height).data).toEqual(drawn.getImageData(0, 0, width, height).data);
});
