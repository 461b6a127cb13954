import type { MediaType } from '../gallery/generations.dto.js';
import type { Aspect, PromptLanguage } from './prompts.dto.js';

export interface Enhancement {
  enhanced: string;
  changes: { aspect: Aspect; text: string }[];
}

/** What is added when a prompt says nothing of an aspect, and how it shows that it does. */
interface Rule {
  aspect: Aspect;
  types: readonly MediaType[];
  said: RegExp;
  additions: Record<PromptLanguage, readonly string[]>;
}

const PICTURES: readonly MediaType[] = ['image', 'video'];

const RULES: readonly Rule[] = [
  {
    aspect: 'composition',
    types: PICTURES,
    said: /composi|close|retrato|portrait|plano|wide|vista|view|enquadr|fram|angle|ângulo/i,
    additions: {
      'pt-BR': [
        'composição com muito espaço livre',
        'enquadramento centrado, fundo limpo',
        'plano aberto, linha do horizonte baixa',
      ],
      en: ['composition with generous empty space', 'centred framing, clean background', 'wide view, low horizon'],
    },
  },
  {
    aspect: 'light',
    types: PICTURES,
    said: /\bluz|light|sombra|shadow|entardecer|sunset|dusk|dawn|amanhecer|noite|night|neon|sol\b/i,
    additions: {
      'pt-BR': ['luz suave de janela', 'luz dourada e baixa do fim da tarde', 'luz difusa de estúdio'],
      en: ['soft window light', 'low golden light of late afternoon', 'diffused studio light'],
    },
  },
  {
    aspect: 'colour',
    types: PICTURES,
    said: /\bcor|colou?r|azul|blue|verde|green|vermelh|\bred\b|dourad|gold|pastel|preto|black|branco|white|roxo|purple/i,
    additions: {
      'pt-BR': ['paleta de três cores quentes', 'tons de terra e um azul profundo', 'cores pastel'],
      en: ['a palette of three warm colours', 'earth tones and one deep blue', 'pastel colours'],
    },
  },
  {
    aspect: 'detail',
    types: ['image'],
    said: /detalh|detail|textura|texture|nítid|sharp/i,
    additions: {
      'pt-BR': ['textura fina visível', 'detalhes nítidos nos materiais'],
      en: ['fine visible texture', 'crisp detail in the materials'],
    },
  },
  {
    aspect: 'motion',
    types: ['video'],
    said: /câmera|camera|movimento|motion|lent|slow|pan|zoom|voo|fly/i,
    additions: {
      'pt-BR': ['câmera que se aproxima devagar', 'movimento lateral lento e contínuo'],
      en: ['camera moving in slowly', 'slow continuous sideways movement'],
    },
  },
  {
    aspect: 'sound',
    types: ['audio'],
    said: /piano|violão|guitar|sint|synth|tambor|drum|corda|string|bpm|voz|voice/i,
    additions: {
      'pt-BR': ['piano elétrico e baixo macio', 'violão e percussão leve', 'sintetizador quente'],
      en: ['electric piano and soft bass', 'acoustic guitar and light percussion', 'warm synthesizer'],
    },
  },
  {
    aspect: 'mood',
    types: ['audio', 'video'],
    said: /calm|alegr|happy|acolhed|warm|triste|sad|energ|tens|clima|mood/i,
    additions: {
      'pt-BR': ['clima calmo e acolhedor', 'clima leve e otimista'],
      en: ['calm, welcoming mood', 'light, optimistic mood'],
    },
  },
];

const PORTUGUESE = /[ãõçáéíóúâêô]|\b(um|uma|de|da|do|na|no|com|para|em|os|ao)\b/i;

/** The language of a prompt, by its letters and little words. */
export function languageOf(prompt: string): PromptLanguage {
  return PORTUGUESE.test(prompt) ? 'pt-BR' : 'en';
}

/**
 * The sandbox's way to enhance a prompt: for each aspect that it says nothing of, a phrase out of a few, chosen by the
 * prompt, so that the same prompt always becomes the same. Words that are there are never changed.
 */
export function enhanceByRules(prompt: string, type: MediaType, language: PromptLanguage): Enhancement {
  const changes = RULES.filter(({ types, said }) => types.includes(type) && !said.test(prompt)).map(
    ({ aspect, additions }, place) => {
      const phrases = additions[language];
      return { aspect, text: phrases[(sum(prompt) + place) % phrases.length] ?? '' };
    },
  );
  if (changes.length === 0) return { enhanced: prompt, changes };
  return { enhanced: [prompt.replace(/[\s.,;]+$/, ''), ...changes.map(({ text }) => text)].join(', '), changes };
}

function sum(text: string): number {
  return Array.from(text).reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
}
