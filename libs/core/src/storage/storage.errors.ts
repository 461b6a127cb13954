import { defineError } from '#core/errors';

export const StorageFull = defineError('storage.full', 507, 'The storage is full');
export const FileTooLarge = defineError('storage.file_too_large', 413, 'The file is larger than allowed');
export const FileUrlExpired = defineError('storage.url_expired', 410, 'The link has expired');
export const FileUrlInvalid = defineError('storage.url_invalid', 403, 'The link is not valid');
