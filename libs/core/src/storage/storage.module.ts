import { Global, Module } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { FileStorage } from './file-storage.js';
import { FileUrls } from './file-urls.js';
import { LocalStorage } from './local-storage.js';
import { S3Storage } from './s3-storage.js';
import { SupabaseStorage } from './supabase-storage.js';

/** The storage of the configuration. */
function chosenStorage(config: AppConfig): FileStorage {
  const { s3, supabase } = config.storage;
  if (s3) return new S3Storage(s3);
  return supabase ? new SupabaseStorage(supabase) : new LocalStorage(config);
}

/** Where generated files live, and the links to them. */
@Global()
@Module({
  providers: [{ provide: FileStorage, useFactory: chosenStorage, inject: [AppConfig] }, FileUrls],
  exports: [FileStorage, FileUrls],
})
export class StorageModule {}
