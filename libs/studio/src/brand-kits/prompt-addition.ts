interface Brand {
  colors: { name: string; value: string }[];
  tone: string;
  keywords: string[];
}

const WORDS = {
  en: { palette: 'Brand palette', mood: 'Mood', keywords: 'Keywords' },
  'pt-BR': { palette: 'Paleta da marca', mood: 'Clima', keywords: 'Palavras-chave' },
} as const;

/**
 * What a brand adds to a prompt, in the prompt's language: palette, mood, keywords. Fonts are left out, because models
 * cannot set them; empty parts too.
 */
export function promptAddition({ colors, tone, keywords }: Brand, language: keyof typeof WORDS): string {
  const words = WORDS[language];
  const palette = colors.map(({ name, value }) => `${name} (${value})`).join(', ');
  const parts: [string, string][] = [
    [words.palette, palette],
    [words.mood, tone],
    [words.keywords, keywords.join(', ')],
  ];
  return parts
    .filter(([, text]) => text !== '')
    .map(([label, text]) => `${label}: ${text.replace(/[\s.]+$/, '')}.`)
    .join(' ');
}
