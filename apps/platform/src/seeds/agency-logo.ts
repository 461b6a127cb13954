import sharp from 'sharp';

/** A mark of plain shapes in a brand's colours, PNG without a ground: what fonts there are differs by machine. */
export function drawLogo([first = '#111111', second = first, third = second]: readonly string[]): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320" viewBox="0 0 480 320">
    <circle cx="150" cy="160" r="120" fill="${first}"/>
    <path d="M240 280a120 120 0 0 1 240 0z" fill="${third}"/>
    <circle cx="330" cy="100" r="60" fill="${second}"/>
  </svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
