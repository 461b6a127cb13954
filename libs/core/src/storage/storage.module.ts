import { Global, Module } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { FileStorage } from './file-storage.js';
import { FileUrls } from './file-urls.js';
import { LocalStorage } from './local-storage.js';

/** The storage of the configuration. Clients of the others are not loaded: that of S3 takes 30 MB of memory. */
async function chosenStorage(config: AppConfig): Promise<FileStorage> {
  const { s3, supabase } = config.storage;
  if (s3) {
    const { S3Storage } = await import('./s3-storage.js');
    return new S3Storage(s3);
  }
  if (supabase) {
    const { SupabaseStorage } = await import('./supabase-storage.js');
    return new SupabaseStorage(supabase);
  }
  return new LocalStorage(config);
}

/** Where generated files live, and the links to them. */
@Global()
@Module({
  providers: [{ provide: FileStorage, useFactory: chosenStorage, inject: [AppConfig] }, FileUrls],
  exports: [FileStorage, FileUrls],
})
export class StorageModule {}
