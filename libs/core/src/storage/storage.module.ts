import { Global, Module } from '@nestjs/common';
import { FileUrls } from './file-urls.js';
import { LocalStorage } from './local-storage.js';

/** Where generated files live, and the links to them. */
@Global()
@Module({ providers: [LocalStorage, FileUrls], exports: [LocalStorage, FileUrls] })
export class StorageModule {}
