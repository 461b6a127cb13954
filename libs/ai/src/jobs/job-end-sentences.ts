import type { JobStatus } from './job-status.js';
import { PROVIDER_ERROR_CODES, type Sentence } from '../providers/provider.errors.js';

/** Why a job that was accepted brought nothing, beside what providers refuse. Stable, as those are. */
const OWN_CODES = {
  'ai.canceled': { en: 'Canceled on request.', 'pt-BR': 'Cancelado a pedido.' },
  'ai.deadline_passed': {
    en: 'The deadline passed before the job was done.',
    'pt-BR': 'O prazo terminou antes de o trabalho ficar pronto.',
  },
  'ai.unfunded_at_deadline': {
    en: 'The deadline passed while the job waited for credits or for room in a budget.',
    'pt-BR': 'O prazo terminou enquanto o trabalho esperava por créditos ou por espaço em um orçamento.',
  },
  'ai.hold_expired': {
    en: 'The provider had not finished after 24 hours.',
    'pt-BR': 'O provedor não terminou em 24 horas.',
  },
  'ai.gave_up': {
    en: 'The job could not be completed after several tries.',
    'pt-BR': 'Não foi possível concluir o trabalho depois de várias tentativas.',
  },
  'ai.outputs_lost': {
    en: 'The files could not be stored.',
    'pt-BR': 'Não foi possível guardar os arquivos.',
  },
  'internal.error': { en: 'Something went wrong on our side.', 'pt-BR': 'Algo deu errado do nosso lado.' },
  'storage.full': {
    en: 'The files could not be kept: the storage is full. We have been told.',
    'pt-BR': 'Não foi possível guardar os arquivos: o armazenamento está cheio. Já fomos avisados.',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

const SENTENCES = { ...PROVIDER_ERROR_CODES, ...OWN_CODES };
export type JobEndCode = keyof typeof SENTENCES;

/** Why an outage ends a job whose fallbacks were not tried. */
const NOT_SENT_AGAIN: Sentence = {
  en: 'What became of the request cannot be told, so it was not sent again, here or to another model. Nothing was charged.',
  'pt-BR':
    'Não há como saber o que aconteceu com o pedido, por isso ele não foi enviado de novo, nem a outro modelo. Nada foi cobrado.',
};

/** The sentences of a stored end; undefined for codes of other origins. */
export function endSentence(code: string, status: JobStatus): Sentence | undefined {
  if (!isEndCode(code)) return undefined;
  const sentence: Sentence = SENTENCES[code];
  if (status !== 'outcome_unknown') return sentence;
  return {
    en: `${sentence.en} ${NOT_SENT_AGAIN.en}`,
    'pt-BR': `${sentence['pt-BR']} ${NOT_SENT_AGAIN['pt-BR']}`,
  };
}

function isEndCode(code: string): code is JobEndCode {
  return Object.hasOwn(SENTENCES, code);
}
