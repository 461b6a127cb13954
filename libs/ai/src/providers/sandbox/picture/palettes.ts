/** What a palette is asked for when the prompt says so. */
export type Mood =
  | 'sunset'
  | 'sea'
  | 'night'
  | 'forest'
  | 'desert'
  | 'pastel'
  | 'snow'
  | 'neon'
  | 'tropical'
  | 'primary'
  | 'warm'
  | 'fresh'
  | 'aurora'
  | 'cosmos'
  | 'autumn'
  | 'mono'
  | 'dawn'
  | 'wine'
  | 'day';

/** Colours by the part they play, so that every composition can wear every palette. */
export interface Palette {
  readonly name: string;
  readonly moods: readonly Mood[];
  /** Top, middle, horizon. */
  readonly sky: readonly [string, string, string];
  /** Silhouettes, from the most distant to the nearest. */
  readonly far: string;
  readonly near: string;
  /** Sun, moon, lit windows, highlights. */
  readonly light: string;
  readonly accents: readonly [string, string, string, string];
  /** The ground of graphic work, and what is drawn on it. */
  readonly paper: string;
  readonly ink: string;
}

function palette(
  name: string,
  moods: readonly Mood[],
  sky: Palette['sky'],
  [far, near, light]: readonly [string, string, string],
  accents: Palette['accents'],
  [paper, ink]: readonly [string, string],
): Palette {
  return { name, moods, sky, far, near, light, accents, paper, ink };
}

export const palettes: readonly Palette[] = [
  palette(
    'ember',
    ['sunset', 'warm'],
    ['#2b1b4d', '#b8456b', '#ffb37a'],
    ['#c2607a', '#241338', '#ffe3b0'],
    ['#ff7a59', '#ffc15e', '#7d3c98', '#2ec4b6'],
    ['#fbeee0', '#241338'],
  ),
  palette(
    'peach',
    ['sunset', 'dawn', 'pastel'],
    ['#6d5a9c', '#e58a8a', '#ffd9a8'],
    ['#d98f94', '#3b2450', '#fff0c9'],
    ['#f26a5b', '#ffb26b', '#5f7fbf', '#a05c9c'],
    ['#fff3e6', '#35214a'],
  ),
  palette(
    'atlantic',
    ['sea', 'day', 'fresh'],
    ['#0f4c81', '#4f9ecb', '#e8f1ee'],
    ['#6aa9c6', '#0a2f4f', '#fff4d6'],
    ['#f26b4e', '#f6c453', '#1f8a8c', '#0f4c81'],
    ['#f3efe4', '#0a2540'],
  ),
  palette(
    'lagoon',
    ['sea', 'tropical', 'day'],
    ['#0081a7', '#2fb9b8', '#fdf6d8'],
    ['#57bcae', '#01403f', '#fff3b0'],
    ['#f07167', '#ffb703', '#00afb9', '#0081a7'],
    ['#fdfaea', '#013a44'],
  ),
  palette(
    'nocturne',
    ['night', 'sea'],
    ['#050b24', '#122457', '#3b5a9e'],
    ['#2f4686', '#040818', '#f4f0d9'],
    ['#5ef2c2', '#7a8cff', '#ff7ac6', '#ffd36e'],
    ['#ebe9f4', '#070c22'],
  ),
  palette(
    'pine',
    ['forest', 'day', 'fresh'],
    ['#9fc3ae', '#cfe0c3', '#f6efd2'],
    ['#a3c2a2', '#123027', '#fff6cf'],
    ['#2f6b4f', '#c9a227', '#a8442a', '#5b8c85'],
    ['#f2eee1', '#12291f'],
  ),
  palette(
    'moss',
    ['forest', 'dawn'],
    ['#35544a', '#7f9c74', '#f0d9a0'],
    ['#8aa57c', '#0f211b', '#fff0bd'],
    ['#d98e32', '#577c4c', '#b5472f', '#e3c878'],
    ['#f3ecd7', '#152a22'],
  ),
  palette(
    'sahara',
    ['desert', 'warm', 'day'],
    ['#7fb2b8', '#f6d3a3', '#fff0d4'],
    ['#e9ae78', '#7a2e1f', '#fff7e0'],
    ['#d1495b', '#edae49', '#00798c', '#30638e'],
    ['#fdf3e1', '#3a1712'],
  ),
  palette(
    'blossom',
    ['pastel', 'dawn', 'fresh'],
    ['#b9a7e0', '#f3bfd0', '#fff0e3'],
    ['#dcaec9', '#553569', '#fffaf0'],
    ['#ff8fab', '#ffbe8f', '#79bcd0', '#a878d6'],
    ['#fff6f0', '#43284f'],
  ),
  palette(
    'arctic',
    ['snow', 'day'],
    ['#6f9cc4', '#bcd5e6', '#f5f3ef'],
    ['#a9c4d8', '#24405c', '#ffffff'],
    ['#3d6f9e', '#e07a5f', '#81b29a', '#f2cc8f'],
    ['#f4f6f6', '#1d2f40'],
  ),
  palette(
    'neon',
    ['neon', 'night'],
    ['#0b0221', '#3a0d5e', '#ff2e88'],
    ['#6a1f92', '#07010f', '#ffe66d'],
    ['#00f0ff', '#ff2e88', '#b14aed', '#ffe66d'],
    ['#f2e9ff', '#0b0221'],
  ),
  palette(
    'studio',
    ['primary'],
    ['#20508f', '#7ba7dd', '#f4e9d4'],
    ['#7d97b8', '#1b1b1b', '#f6c12d'],
    ['#d8342c', '#f6c12d', '#20508f', '#1b1b1b'],
    ['#f4ecd8', '#1b1b1b'],
  ),
  palette(
    'playroom',
    ['primary', 'fresh'],
    ['#1d6fb8', '#8fd0e8', '#fff1cf'],
    ['#7fb8cf', '#22223b', '#ffd23f'],
    ['#ee4266', '#ffd23f', '#0ead69', '#3bceac'],
    ['#fff8e8', '#22223b'],
  ),
  palette(
    'terracotta',
    ['warm', 'desert'],
    ['#d99a7c', '#efcdb0', '#f9ecd9'],
    ['#d08c6b', '#5d2a1e', '#fff4e2'],
    ['#b5523b', '#e3a857', '#6b7f59', '#274156'],
    ['#f8efe3', '#3a1b14'],
  ),
  palette(
    'mint',
    ['fresh', 'pastel', 'day'],
    ['#8fcdbb', '#cfeadd', '#fbfaf2'],
    ['#a6d3c3', '#1f4a4c', '#fffdf0'],
    ['#ff8f6b', '#2a9d8f', '#f4c84a', '#264653'],
    ['#f7faf3', '#1d3b40'],
  ),
  palette(
    'borealis',
    ['aurora', 'night', 'snow'],
    ['#03122b', '#06324a', '#0e6b6b'],
    ['#0d4a58', '#020912', '#d7fff1'],
    ['#3dfcb0', '#39c8ff', '#9d6bff', '#ff6bd5'],
    ['#e7f6f2', '#04172b'],
  ),
  palette(
    'cosmos',
    ['cosmos', 'night'],
    ['#0a0618', '#25104f', '#5b2a86'],
    ['#3d1d70', '#05030d', '#ffe9c9'],
    ['#ff9e6d', '#f25fa2', '#6f7bff', '#7fe7ff'],
    ['#f1ebfb', '#130a2c'],
  ),
  palette(
    'autumn',
    ['autumn', 'warm', 'forest'],
    ['#dc9d54', '#f4cf8f', '#fdf1d6'],
    ['#dba15a', '#4a1f12', '#fff5d6'],
    ['#c8553d', '#f28f3b', '#588157', '#9a031e'],
    ['#fbf1de', '#3d1a10'],
  ),
  palette(
    'noir',
    ['mono', 'night'],
    ['#1c1c1e', '#6d6d70', '#e7e5e0'],
    ['#8d8c8c', '#0d0d0e', '#ffffff'],
    ['#c8a96a', '#8d8b87', '#4a4a4c', '#d9d6cf'],
    ['#f1efea', '#121214'],
  ),
  palette(
    'dawn',
    ['dawn', 'day', 'sea'],
    ['#3d5a80', '#98c1d9', '#ffd6ba'],
    ['#93a9c2', '#1d3049', '#fff1d0'],
    ['#ee6c4d', '#f4b183', '#6ba3c4', '#293241'],
    ['#f7f3ec', '#1d2a3d'],
  ),
  palette(
    'cabernet',
    ['wine', 'sunset', 'night'],
    ['#2d0a31', '#7b1e5b', '#f59a86'],
    ['#98386e', '#1d0620', '#ffdcc2'],
    ['#e84a5f', '#ff847c', '#feceab', '#99b898'],
    ['#fbefea', '#2d0a31'],
  ),
];
