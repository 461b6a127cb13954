export { FakeSupabaseStorage, type SupabaseFault } from './fake-supabase-storage.js';
