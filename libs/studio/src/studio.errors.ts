import { defineError } from '#core/errors';

export const TooMany = defineError('studio.too_many', 409, 'The organization keeps as many of these as it may');
export const DownloadTooLarge = defineError('studio.download_too_large', 422, 'Too much for one archive');
export const DownloadEmpty = defineError('studio.download_empty', 422, 'There is nothing to download');
/** For links that were used, have expired, or never were: the three must not be told apart. */
export const DownloadLinkSpent = defineError(
  'studio.download_link_spent',
  410,
  'The link has been used or has expired',
);
export const EnhancementLimit = defineError('studio.enhancement_limit', 429, 'Enough prompts were enhanced today');
export const EnhancementUnavailable = defineError(
  'studio.enhancement_unavailable',
  503,
  'The text model did not answer',
);
