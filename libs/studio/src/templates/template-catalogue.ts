import type { MediaType } from '../gallery/generations.dto.js';

export interface InBothLanguages {
  en: string;
  'pt-BR': string;
}

/** A model that a template can be made with: the prompt goes into `promptField`, beside the rest of the input. */
export interface TemplateChoice {
  model: string;
  promptField: string;
  input: Record<string, unknown>;
}

export interface Template {
  id: string;
  type: MediaType;
  title: InBothLanguages;
  /** Where such a thing is used. */
  use: InBothLanguages;
  prompt: InBothLanguages;
  choices: TemplateChoice[];
}

const image = (sandboxSize: string, gptSize: string, aspectRatio: string): TemplateChoice[] => [
  { model: 'sandbox/image', promptField: 'prompt', input: { size: sandboxSize } },
  { model: 'openai/gpt-image-2', promptField: 'prompt', input: { size: gptSize, quality: 'medium' } },
  { model: 'replicate/black-forest-labs/flux-2-pro', promptField: 'prompt', input: { aspect_ratio: aspectRatio } },
];
const portrait = image('1080x1350', '1024x1536', '4:5');
const square = image('1024x1024', '1024x1024', '1:1');
const story = image('1080x1920', '1024x1536', '9:16');
const wide = image('1920x1080', '1536x1024', '16:9');
const poster = image('1024x1536', '1024x1536', '2:3');

const film = (size: string, aspectRatio: string): TemplateChoice[] => [
  { model: 'sandbox/video', promptField: 'prompt', input: { duration: 4, size } },
  {
    model: 'replicate/bytedance/seedance-1-pro-fast',
    promptField: 'prompt',
    input: { duration: 5, aspect_ratio: aspectRatio },
  },
];

const speech: TemplateChoice[] = [
  { model: 'sandbox/audio', promptField: 'text', input: { kind: 'speech' } },
  { model: 'elevenlabs/eleven_multilingual_v2', promptField: 'text', input: {} },
  { model: 'openai/tts-1', promptField: 'input', input: { voice: 'coral' } },
];
const music: TemplateChoice[] = [
  { model: 'sandbox/audio', promptField: 'text', input: { kind: 'music' } },
  { model: 'elevenlabs/music', promptField: 'prompt', input: { music_length_ms: 30_000 } },
];
const effect: TemplateChoice[] = [
  { model: 'sandbox/audio', promptField: 'text', input: { kind: 'sound-effect' } },
  { model: 'elevenlabs/eleven_text_to_sound_v2', promptField: 'text', input: { duration_seconds: 5 } },
];

const FEED = { en: 'Feed', 'pt-BR': 'Feed' };
const SQUARE = { en: 'Square post', 'pt-BR': 'Post quadrado' };
const STORIES = { en: 'Stories', 'pt-BR': 'Stories' };
const BANNER = { en: 'Website banner', 'pt-BR': 'Banner de site' };
const PRINT = { en: 'Print', 'pt-BR': 'Impressão' };
const REELS = { en: 'Reels', 'pt-BR': 'Reels' };
const VIDEO = { en: 'Video', 'pt-BR': 'Vídeo' };
const AUDIO = { en: 'Audio', 'pt-BR': 'Áudio' };

/** Starting points. The first choice of each runs without any provider. */
export const TEMPLATES: readonly Template[] = [
  {
    id: 'product-studio',
    type: 'image',
    title: { en: 'Product in the studio', 'pt-BR': 'Produto em estúdio' },
    use: FEED,
    prompt: {
      en: 'Cosmetics bottle on a pedestal, mint and gold, soft studio light',
      'pt-BR': 'Frasco de cosmético em um pedestal, menta e dourado, luz suave de estúdio',
    },
    choices: portrait,
  },
  {
    id: 'editorial-portrait',
    type: 'image',
    title: { en: 'Editorial portrait', 'pt-BR': 'Retrato editorial' },
    use: SQUARE,
    prompt: {
      en: 'Editorial portrait of a woman with closed eyes, warm light, soft colours',
      'pt-BR': 'Retrato editorial de uma mulher de olhos fechados, luz quente, cores suaves',
    },
    choices: square,
  },
  {
    id: 'botanical-poster',
    type: 'image',
    title: { en: 'Botanical poster', 'pt-BR': 'Pôster botânico' },
    use: PRINT,
    prompt: {
      en: 'Botanical poster with large leaves and one blue flower, deep purple background',
      'pt-BR': 'Pôster botânico com folhas grandes e uma flor azul, fundo roxo profundo',
    },
    choices: poster,
  },
  {
    id: 'aurora-story',
    type: 'image',
    title: { en: 'Background for a story', 'pt-BR': 'Fundo para story' },
    use: STORIES,
    prompt: {
      en: 'Northern lights over a still lake, deep green and violet',
      'pt-BR': 'Aurora boreal sobre um lago parado, verde profundo e violeta',
    },
    choices: story,
  },
  {
    id: 'city-banner',
    type: 'image',
    title: { en: 'City at night', 'pt-BR': 'Cidade à noite' },
    use: BANNER,
    prompt: {
      en: 'A city skyline at night after the rain, neon reflections, wide view',
      'pt-BR': 'Horizonte de uma cidade à noite depois da chuva, reflexos de neon, vista ampla',
    },
    choices: wide,
  },
  {
    id: 'paper-landscape',
    type: 'image',
    title: { en: 'Landscape of cut paper', 'pt-BR': 'Paisagem de papel recortado' },
    use: FEED,
    prompt: {
      en: 'Mountains made of layered cut paper, morning mist, pastel colours',
      'pt-BR': 'Montanhas de papel recortado em camadas, névoa da manhã, cores pastel',
    },
    choices: portrait,
  },
  {
    id: 'geometric-cover',
    type: 'image',
    title: { en: 'Geometric cover', 'pt-BR': 'Capa geométrica' },
    use: SQUARE,
    prompt: {
      en: 'Geometric composition of circles and arcs, terracotta and navy blue',
      'pt-BR': 'Composição geométrica de círculos e arcos, terracota e azul-marinho',
    },
    choices: square,
  },
  {
    id: 'sea-reel',
    type: 'video',
    title: { en: 'Scene for Reels', 'pt-BR': 'Cena para Reels' },
    use: REELS,
    prompt: {
      en: 'A sailing boat crosses a calm sea at sunset, magenta sky',
      'pt-BR': 'Um veleiro cruza um mar calmo ao pôr do sol, céu magenta',
    },
    choices: film('360x640', '9:16'),
  },
  {
    id: 'forest-opening',
    type: 'video',
    title: { en: 'Opening in the forest', 'pt-BR': 'Abertura na floresta' },
    use: VIDEO,
    prompt: {
      en: 'Slow flight over a misty forest at dawn, golden light between the trees',
      'pt-BR': 'Voo lento sobre uma floresta com névoa ao amanhecer, luz dourada entre as árvores',
    },
    choices: film('640x360', '16:9'),
  },
  {
    id: 'podcast-theme',
    type: 'audio',
    title: { en: 'Music for a podcast', 'pt-BR': 'Trilha para podcast' },
    use: AUDIO,
    prompt: {
      en: 'A calm, warm theme for the opening of a podcast about design',
      'pt-BR': 'Um tema calmo e acolhedor para a abertura de um podcast sobre design',
    },
    choices: music,
  },
  {
    id: 'shop-voice',
    type: 'audio',
    title: { en: 'Voice for an advert', 'pt-BR': 'Locução para anúncio' },
    use: AUDIO,
    prompt: {
      en: 'This weekend only: handmade bread, fresh coffee and a table by the window. See you there.',
      'pt-BR': 'Só neste fim de semana: pão artesanal, café fresco e uma mesa perto da janela. Esperamos você.',
    },
    choices: speech,
  },
  {
    id: 'logo-sound',
    type: 'audio',
    title: { en: 'Sound for a logo', 'pt-BR': 'Som para um logotipo' },
    use: AUDIO,
    prompt: {
      en: 'A short bright chime with a soft echo',
      'pt-BR': 'Um sino curto e brilhante com eco suave',
    },
    choices: effect,
  },
];
