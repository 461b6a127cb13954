export { FileStorage, type ByteRange, type LinkOptions, type StoredFile } from './file-storage.js';
export { LocalStorage } from './local-storage.js';
export { FileUrls } from './file-urls.js';
export { sendStoredFile } from './send-stored-file.js';
export { StorageModule } from './storage.module.js';
export { StorageFull, FileTooLarge, FileUrlExpired, FileUrlInvalid } from './storage.errors.js';
