/**
 * RGBA to planar YUV 4:2:0, BT.709, limited range, in whole numbers (the weights are the standard's, times 65536).
 * Colour is taken from the mean of each two by two pixels.
 */
export function toYuv420(rgba: Uint8Array, width: number, height: number, into: Uint8Array): void {
  const pixels = width * height;
  const blueAt = pixels;
  const redAt = pixels + (pixels >> 2);
  const row = width * 4;
  let chroma = 0;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const top = y * row + x * 4;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let corner = 0; corner < 4; corner += 1) {
        const at = top + (corner >> 1) * row + (corner & 1) * 4;
        const r = rgba[at] ?? 0;
        const g = rgba[at + 1] ?? 0;
        const b = rgba[at + 2] ?? 0;
        into[(y + (corner >> 1)) * width + x + (corner & 1)] = (11966 * r + 40254 * g + 4064 * b + 1081344) >> 16;
        red += r;
        green += g;
        blue += b;
      }
      into[blueAt + chroma] = (-6596 * red - 22189 * green + 28784 * blue + 33685504) >> 18;
      into[redAt + chroma] = (28784 * red - 26145 * green - 2639 * blue + 33685504) >> 18;
      chroma += 1;
    }
  }
}
