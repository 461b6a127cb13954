/** A sentence in the languages the platform speaks. */
export type Sentence = Readonly<Record<'en' | 'pt-BR', string>>;

/**
 * Why a provider did not deliver, in the platform's own words. Stable: shown to customers, stored with the job.
 */
export const PROVIDER_ERROR_CODES = {
  'provider.invalid_input': {
    en: 'The provider refused the input. Change the parameters or choose another model.',
    'pt-BR': 'O provedor recusou os parâmetros. Ajuste-os ou escolha outro modelo.',
  },
  'provider.input_unusable': {
    en: 'A file that the input refers to could not be used. Check its address, type and size.',
    'pt-BR': 'Um arquivo de entrada não pôde ser usado. Confira o endereço, o tipo e o tamanho.',
  },
  'provider.content_policy': {
    en: 'The provider refused the content under its policy. Reword the request.',
    'pt-BR': 'O provedor recusou o conteúdo por causa da sua política de uso. Reformule o pedido.',
  },
  'provider.authentication_failed': {
    en: 'The provider refused the platform’s key. Choose another model, or try again later.',
    'pt-BR': 'O provedor recusou a chave da plataforma. Escolha outro modelo ou tente mais tarde.',
  },
  'provider.own_key_refused': {
    en: 'The provider refused your organization’s own key. Replace its secret or disable it.',
    'pt-BR': 'O provedor recusou a chave da sua organização. Troque o segredo ou desative a chave.',
  },
  'provider.own_key_unusable': {
    en: 'Your organization’s own key was deleted or cannot be decrypted. Save it again.',
    'pt-BR': 'A chave da sua organização foi apagada ou não pode ser decifrada. Salve a chave de novo.',
  },
  'provider.quota_exhausted': {
    en: 'The platform’s account at the provider has run out of quota. Choose another model, or try again later.',
    'pt-BR': 'A conta da plataforma no provedor está sem saldo. Escolha outro modelo ou tente mais tarde.',
  },
  'provider.own_quota_exhausted': {
    en: 'Your organization’s own account at the provider has run out of quota. Top it up there, or disable the key.',
    'pt-BR': 'A conta da sua organização no provedor está sem saldo. Recarregue-a no provedor ou desative a chave.',
  },
  'provider.rate_limited': {
    en: 'The provider is limiting requests. Try again in a few minutes.',
    'pt-BR': 'O provedor está limitando os pedidos. Tente de novo em alguns minutos.',
  },
  'provider.unavailable': {
    en: 'The provider is unavailable. Try again later, or choose another model.',
    'pt-BR': 'O provedor está indisponível. Tente mais tarde ou escolha outro modelo.',
  },
  'provider.timeout': {
    en: 'The provider did not answer in time.',
    'pt-BR': 'O provedor não respondeu a tempo.',
  },
  'provider.bad_response': {
    en: 'The provider answered with something unusable.',
    'pt-BR': 'O provedor respondeu com algo que não pôde ser usado.',
  },
  'provider.output_unavailable': {
    en: 'The provider made the files, but they could not be fetched whole. Try again.',
    'pt-BR': 'O provedor gerou os arquivos, mas não foi possível baixá-los por inteiro. Tente de novo.',
  },
  'provider.outcome_unknown': {
    en: 'The connection broke while the provider was accepting the request.',
    'pt-BR': 'A conexão caiu enquanto o provedor aceitava o pedido.',
  },
  'provider.not_configured': {
    en: 'There is no key for the provider. Add one, or choose another model.',
    'pt-BR': 'Não há chave para o provedor. Adicione uma ou escolha outro modelo.',
  },
  'provider.generation_failed': {
    en: 'The generation failed at the provider.',
    'pt-BR': 'A geração falhou no provedor.',
  },
  'provider.canceled': {
    en: 'The generation was stopped at the provider.',
    'pt-BR': 'A geração foi interrompida no provedor.',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

export type ProviderErrorCode = keyof typeof PROVIDER_ERROR_CODES;

export interface ProviderErrorOptions {
  /**
   * `never`: the same request would fail again. `safe`: the provider surely did not accept it, try again.
   * `ambiguous`: it may have been accepted (and may be paid); never submit again blindly.
   */
  retry: 'never' | 'safe' | 'ambiguous';
  /** As asked by the provider (Retry-After). */
  retryAfterMs?: number;
  /** As asked by the provider: this far apart, for a while. */
  spacingMs?: number;
  /** The provider was not even asked: the try does not count. */
  notAsked?: boolean;
  /** A refusal that is played: the try counts, as whoever asks for it says how many there are. */
  isPlayed?: boolean;
  /** It waits its turn at a key whose places are all taken, however long that takes. */
  inLine?: boolean;
  /** The provider's own words, for the logs and for the owner of the key; must hold no secret. */
  providerMessage?: string;
  /** It was the organization's own key: the provider's words may be shown to it. */
  ownKey?: boolean;
  /** The provider's request id, for support. */
  providerRequestId?: string;
  cause?: unknown;
}

export class ProviderError extends Error {
  constructor(
    readonly code: ProviderErrorCode,
    readonly options: ProviderErrorOptions,
  ) {
    super(PROVIDER_ERROR_CODES[code].en, { cause: options.cause });
    this.name = 'ProviderError';
  }
}

/** An unusable answer under status 200: the generation may have been accepted, or made and billed. */
export function badResponse(providerMessage: string): ProviderError {
  return new ProviderError('provider.bad_response', { retry: 'ambiguous', providerMessage });
}

/** A refusal before anything was sent. */
export function invalidInput(providerMessage: string): ProviderError {
  return new ProviderError('provider.invalid_input', { retry: 'never', providerMessage });
}
