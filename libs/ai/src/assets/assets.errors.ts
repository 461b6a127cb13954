import { defineError } from '#core/errors';

export const AssetUnsupported = defineError('assets.unsupported_type', 415, 'Files of this kind are not taken', {
  status: 400,
  code: 'assets.unsupported_type',
});
export const AssetTypeMismatch = defineError('assets.type_mismatch', 422, 'The file is not what it is declared to be');
export const AssetUnreadable = defineError('assets.unreadable', 422, 'The file is damaged');
export const AssetTooManyPixels = defineError('assets.too_many_pixels', 422, 'The picture has too many pixels');
export const AssetTooLong = defineError('assets.too_long', 422, 'The recording is too long');
export const AssetQuotaExceeded = defineError('assets.quota_exceeded', 403, 'The storage of the plan is used up');
