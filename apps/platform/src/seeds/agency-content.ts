import type { Role } from '#core/http';

/** The members, called by what they do. They sign in at `<name>@aurora.example`. */
export const MEMBERS: readonly { role: Role; name: string; email: string }[] = [
  { role: 'owner', name: 'Direção', email: 'owner@aurora.example' },
  { role: 'admin', name: 'Coordenação', email: 'admin@aurora.example' },
  { role: 'billing', name: 'Financeiro', email: 'billing@aurora.example' },
  { role: 'creator', name: 'Criação', email: 'creator@aurora.example' },
  { role: 'viewer', name: 'Cliente', email: 'viewer@aurora.example' },
];

export const PROJECTS: readonly { name: string; description: string; isOver?: boolean }[] = [
  { name: 'Campanha de verão', description: 'Peças para o lançamento de dezembro.' },
  { name: 'Café Aurora', description: 'Identidade, cardápio e redes sociais.' },
  { name: 'Podcast Traço', description: 'Aberturas, vinhetas e capas dos episódios.' },
  { name: 'Summer lookbook', description: 'English version of the summer campaign.', isOver: true },
  { name: 'Festival de luzes', description: 'Cartazes, telões e chamadas para as redes.' },
];

/** One file to make: with which model, for which project (its place; none: it lies in no project). */
export interface PlannedFile {
  model: string;
  input: Record<string, unknown>;
  project?: number;
  /** Days ago. */
  age: number;
  by: 'owner' | 'admin' | 'creator';
  /** It fails with this code instead. */
  failure?: 'provider.content_policy' | 'provider.timeout';
}

const PICTURES = [
  ['Frasco de perfume sobre areia clara, sombras de palmeira', 0],
  ['Cadeiras de praia coloridas vistas de cima, mar turquesa', 0],
  ['Pôster botânico com folhas grandes e uma flor azul', 0],
  ['Veleiro em um mar calmo ao pôr do sol, céu magenta', 0],
  ['Xícara de café em uma mesa de madeira, luz da manhã', 1],
  ['Fachada de uma cafeteria ao amanhecer, tons quentes', 1],
  ['Retrato editorial de uma barista, luz de janela', 1],
  ['Grãos de café em composição geométrica, azul e terracota', 1],
  ['Capa de podcast com círculos e arcos, azul-marinho', 2],
  ['Microfone de papel recortado, fundo lilás', 2],
  ['A summer dress on a clothes line, soft wind, pastel colours', 3],
  ['Editorial portrait with a straw hat, warm light', 3],
  ['Mountains made of layered cut paper, morning mist', undefined],
  ['Cidade à noite depois da chuva, reflexos de neon', 4],
  ['Aurora boreal sobre um lago parado, verde e violeta', 4],
  ['Floresta com névoa ao amanhecer, luz dourada', undefined],
] as const;

const FILMS = [
  ['Ondas chegando devagar a uma praia vazia', 0],
  ['Vapor subindo de uma xícara de café', 1],
  ['Círculos azuis girando devagar', 2],
  ['A sailing boat crosses a calm sea at sunset', 3],
] as const;

const SOUNDS = [
  ['music', 'Um tema calmo e acolhedor para a abertura de um podcast sobre design', 2],
  ['speech', 'Só neste fim de semana: pão artesanal, café fresco e uma mesa perto da janela.', 1],
  ['sound-effect', 'Um sino curto e brilhante com eco suave', 2],
  ['speech', 'Welcome back to the summer lookbook.', 3],
  ['music', 'Bossa nova leve para um vídeo de praia', 0],
] as const;

const IMAGE_SIZES = ['1080x1350', '1024x1024', '1080x1920', '1536x1024'] as const;
const RATIOS = ['4:5', '1:1', '9:16', '16:9'] as const;
const MAKERS = ['creator', 'creator', 'admin', 'creator', 'owner'] as const;

function pick<T>(from: readonly [T, ...T[]] | readonly T[], place: number): T {
  const chosen = from[place % from.length];
  if (chosen === undefined) throw new Error('Nothing to pick from');
  return chosen;
}

/** The models take turns, the sandbox most often. */
function pictureRequest(prompt: string, place: number): Pick<PlannedFile, 'model' | 'input'> {
  const seed = 1000 + place;
  switch (place % 5) {
    case 1:
      return {
        model: 'openai/gpt-image-2',
        input: { prompt, size: '1024x1024', quality: 'low', output_format: 'webp' },
      };
    case 3:
      return {
        model: 'replicate/black-forest-labs/flux-2-pro',
        input: { prompt, aspect_ratio: pick(RATIOS, place), output_format: 'webp', seed },
      };
    default:
      return { model: 'sandbox/image', input: { prompt, size: pick(IMAGE_SIZES, place), output_format: 'webp', seed } };
  }
}

/** Everything to make, oldest first: 42 pictures, 8 films, 10 sounds over two months, more of them lately. */
export function planFiles(): PlannedFile[] {
  const pictures = Array.from({ length: 42 }, (_, place): PlannedFile => {
    const [prompt, project] = pick(PICTURES, place);
    return { ...pictureRequest(prompt, place), project, age: ageOf(place, 42), by: pick(MAKERS, place) };
  });
  const films = Array.from({ length: 8 }, (_, place): PlannedFile => {
    const [prompt, project] = pick(FILMS, place);
    const request =
      place % 4 === 3
        ? { model: 'replicate/bytedance/seedance-1-pro-fast', input: { prompt, duration: 2, resolution: '480p' } }
        : { model: 'sandbox/video', input: { prompt, duration: 2, size: '640x360', seed: 2000 + place } };
    return { ...request, project, age: ageOf(place, 8), by: pick(MAKERS, place) };
  });
  const sounds = Array.from({ length: 10 }, (_, place): PlannedFile => {
    const [kind, text, project] = pick(SOUNDS, place);
    const request =
      kind === 'speech' && place >= 5
        ? { model: 'elevenlabs/eleven_multilingual_v2', input: { text } }
        : { model: 'sandbox/audio', input: { text, kind, seed: 3000 + place } };
    return { ...request, project, age: ageOf(place, 10), by: pick(MAKERS, place) };
  });
  const failed: PlannedFile[] = [
    { ...pictureRequest('Logotipo de outra marca', 0), age: 9, by: 'creator', failure: 'provider.content_policy' },
    {
      model: 'sandbox/video',
      input: { prompt: 'Um voo longo demais' },
      age: 0.4,
      by: 'admin',
      failure: 'provider.timeout',
    },
  ];
  return [...pictures, ...films, ...sounds, ...failed].sort((a, b) => b.age - a.age);
}

/** Days ago: from sixty down to some hours, closer together towards now. */
function ageOf(place: number, count: number): number {
  const left = 1 - (place + 0.5) / count;
  return 0.2 + 59.5 * left ** 1.6;
}

export const PRESETS = [
  {
    name: 'Feed, luz natural',
    model: 'sandbox/image',
    input: { size: '1080x1350', output_format: 'webp' },
    shared: true,
  },
  { name: 'Story vertical', model: 'sandbox/image', input: { size: '1080x1920' }, shared: true },
  { name: 'Vinheta curta', model: 'sandbox/audio', input: { kind: 'sound-effect' }, shared: true },
  { name: 'Rascunho rápido', model: 'openai/gpt-image-2', input: { quality: 'low', size: '1024x1024' }, shared: false },
];

export const BRAND_KITS = [
  {
    name: 'Café Aurora',
    colors: [
      { name: 'Azul profundo', value: '#12355b' },
      { name: 'Areia', value: '#e9d8a6' },
      { name: 'Terracota', value: '#c8553d' },
    ],
    fonts: [
      { role: 'Títulos', family: 'Manrope' },
      { role: 'Texto', family: 'Geist' },
    ],
    tone: 'acolhedor, artesanal, com espaço para respirar',
    keywords: ['luz da manhã', 'madeira clara', 'vapor'],
    guidelines: 'Nunca usar sombras duras. O azul aparece em pelo menos um elemento.',
  },
  {
    name: 'Podcast Traço',
    colors: [
      { name: 'Azul-marinho', value: '#1b2a59' },
      { name: 'Lilás', value: '#b9a5e2' },
      { name: 'Creme', value: '#f6efe0' },
      { name: 'Coral', value: '#ff7a5c' },
    ],
    fonts: [{ role: 'Títulos', family: 'Space Grotesk' }],
    tone: 'curioso, direto, bem-humorado',
    keywords: ['papel recortado', 'círculos e arcos', 'sombra suave'],
    guidelines: 'Uma ideia por capa. O número do episódio fica sempre no mesmo canto.',
  },
];

/** What was shown to clients: `count` files, newest first, after the `from` newest ones. */
export const SHARES: readonly {
  title: string;
  from: number;
  count: number;
  showPrompts: boolean;
  /** Until when; left out: until it is revoked. */
  days?: number;
  isRevoked?: boolean;
}[] = [
  { title: 'Café Aurora, primeira rodada', from: 20, count: 6, showPrompts: true, isRevoked: true },
  { title: 'Vinhetas e capas do podcast', from: 9, count: 5, showPrompts: true, days: 14 },
  { title: 'Propostas para a campanha de verão', from: 0, count: 8, showPrompts: false },
];
