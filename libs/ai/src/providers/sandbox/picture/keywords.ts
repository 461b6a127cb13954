import type { Mood } from './palettes.js';

/** What can be drawn. One composition each. */
export const motifs = [
  'ridges',
  'sea',
  'forest',
  'city',
  'aurora',
  'orbits',
  'flow',
  'geometry',
  'paper-cut',
  'glass',
  'still-life',
  'portrait',
  'botanical',
] as const;
export type Motif = (typeof motifs)[number];

interface Keyword {
  /** Portuguese and English, without accents; `florest*` means every word that begins so. */
  readonly words: string;
  readonly motif?: Motif;
  readonly moods?: readonly Mood[];
}

export const keywords: readonly Keyword[] = [
  {
    motif: 'portrait',
    words:
      'retrat* portrait* pessoa* mulher* homem homens menin* garot* rosto face faces modelo model woman women man men girl* boy* person people crianca* child* headshot selfie avatar noiva bride dancer dancarin* cantor* singer chef',
  },
  {
    motif: 'still-life',
    words:
      'produto* product* perfume* frasco* garrafa* bottle* embalag* packag* cosmetic* creme cream podium pedestal tenis sneaker* shoe* relogio* watch* joia* jewel* caneca* mug* cafe coffee cup vaso vase ceramica ceramic mockup packshot bolsa bag headphone* fone*',
  },
  {
    motif: 'city',
    words:
      'cidad* city cities urban* skyline metropol* downtown rua street avenida* predio* building* arranha* skyscraper* sao-paulo tokyo toquio manhattan cyberpunk arquitetura architecture',
  },
  {
    motif: 'forest',
    words:
      'florest* forest* bosque* wood woods arvore* tree* pinheir* pine* selva jungle mata amazonia amazon floresta nevoeiro neblina fog foggy mist misty',
  },
  {
    motif: 'sea',
    words:
      'mar mares sea seas seaside ocean* oceano* praia* beach* onda* wave* barco* boat* veleiro sail* navio ship lago lake ilha* island* surf* litoral coast* rio-de-janeiro baleia whale agua water',
  },
  {
    motif: 'botanical',
    words:
      'flor flores flower* floral jardim jardins garden* folha* leaf leaves planta* plant* botanic* tulip* orquid* orchid* girassol sunflower* cacto cactus primavera spring bouquet buque suculenta* herb* natureza nature',
  },
  { motif: 'aurora', moods: ['aurora'], words: 'aurora* boreal borealis northern-lights polar' },
  {
    motif: 'orbits',
    moods: ['cosmos'],
    words:
      'espaco space espacial planet* orbita* orbit* galax* univers* cosmos cosmic* cosmica astronaut* foguete rocket saturn* marte mars nebula nebulosa satelit* alien* ufo',
  },
  {
    motif: 'ridges',
    words:
      'montanh* mountain* serra sierra colina* hill hills vale valley duna* dune* deserto desert* paisag* landscape* penhasco cliff* canyon* canion vulcao volcano alpes alps himalaia horizonte horizon',
  },
  {
    motif: 'geometry',
    words:
      'bauhaus geometr* logo logos logotipo marca brand* poster* cartaz* padrao pattern* mosaic* azulejo* tile* retro vintage minimalist* modernist* suico swiss tipograf* typograf* icon* icone* grid',
  },
  {
    motif: 'paper-cut',
    words:
      'papel paper origami recorte* cutout collage colagem caverna cave camada* layer* infantil kids conto fairy* fantasia fantasy dragao dragon* castelo castle* sonho dream*',
  },
  {
    motif: 'flow',
    words:
      'musica music jazz danca dance fluxo flow* vento wind linha* line lines cabelo hair som sound movimento motion ink tinta seda silk abstrat* abstract* generativ* generative energia energy',
  },
  {
    motif: 'glass',
    words:
      'vidro glass gradient* degrade tecnologia tech technology app startup software holograf* holograph* cristal crystal* futurist* futuro future* wallpaper background fundo textura texture blur luxo luxury',
  },

  { moods: ['sunset'], words: 'sunset* entardecer crepuscul* dusk golden dourad* gold ocaso' },
  { moods: ['dawn'], words: 'amanhecer nascer alvorada dawn sunrise madrugada morning manha' },
  {
    moods: ['night'],
    words: 'noite* night* lua moon* luar noturn* nocturn* estrela* star stars starry escur* dark midnight meia-noite',
  },
  { moods: ['day'], words: 'dia day sol sun sunny ensolarad* claro bright verao summer ceu sky' },
  { moods: ['sea'], words: 'azul azuis blue blues' },
  { moods: ['forest'], words: 'verde* green* musgo moss' },
  {
    moods: ['tropical'],
    words: 'tropic* caribe caribbean coqueiro* palm* palmeira* brasil brazil carnaval nordeste bahia',
  },
  { moods: ['desert'], words: 'deserto desert* duna* dune* areia sand sahara saara sertao' },
  { moods: ['snow'], words: 'neve snow* gelo ice icy inverno winter frio cold artico arctic' },
  { moods: ['autumn'], words: 'outono autumn fall laranja orange marrom brown' },
  { moods: ['neon'], words: 'neon cyberpunk synthwave vaporwave glow* led futurist* holograf*' },
  {
    moods: ['pastel'],
    words: 'pastel pasteis rosa* pink suave soft delicad* delicate bebe baby candy doce* sweet lilas lavanda lavender',
  },
  { moods: ['wine', 'warm'], words: 'vermelh* red vinho wine paixao love amor romantic* berry' },
  { moods: ['cosmos'], words: 'roxo* roxa purple violet* violeta magenta' },
  {
    moods: ['warm'],
    words: 'amarel* yellow quente warm terracota terracotta argila clay madeira wooden rustic* outono',
  },
  {
    moods: ['fresh'],
    words: 'fresc* fresh limpo clean menta mint primavera spring saude health skincare natural organic*',
  },
  { moods: ['mono'], words: 'preto black branco white monocrom* monochrom* noir cinza grey gray pb' },
  { moods: ['primary'], words: 'bauhaus infantil kids brinquedo* toy* colorid* colorful colourful' },
];

/** The palettes a motif wears when the prompt does not say. */
export const naturalMoods: Readonly<Record<Motif, readonly Mood[]>> = {
  ridges: ['day', 'dawn', 'sunset', 'desert', 'snow', 'wine'],
  sea: ['sea', 'sunset', 'tropical', 'dawn'],
  forest: ['forest', 'autumn', 'snow', 'dawn'],
  city: ['neon', 'sunset', 'dawn', 'wine', 'night'],
  aurora: ['aurora'],
  orbits: ['cosmos', 'night', 'wine', 'neon'],
  flow: ['warm', 'sea', 'pastel', 'night', 'primary', 'tropical'],
  geometry: ['primary', 'warm', 'pastel', 'tropical'],
  'paper-cut': ['sunset', 'sea', 'forest', 'pastel', 'wine', 'cosmos'],
  glass: ['neon', 'pastel', 'sunset', 'cosmos', 'sea', 'wine'],
  'still-life': ['warm', 'pastel', 'fresh', 'dawn'],
  portrait: ['warm', 'pastel', 'primary', 'sunset', 'fresh'],
  botanical: ['fresh', 'forest', 'warm', 'pastel', 'autumn'],
};
