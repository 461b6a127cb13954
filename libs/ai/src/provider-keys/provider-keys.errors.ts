import { defineError } from '#core/errors';

export const ProviderKeyRefused = defineError('ai.provider_key_refused', 422, 'The provider refuses this key');
export const ProviderUnreachable = defineError(
  'ai.provider_unreachable',
  502,
  'The provider could not be asked whether it accepts the key',
);
export const ProviderKeyNameTaken = defineError(
  'ai.provider_key_name_taken',
  409,
  'A key of this provider has this name already',
);
export const ProviderKeyLimitReached = defineError(
  'ai.provider_key_limit_reached',
  409,
  'The organization keeps as many provider keys as it may',
);
