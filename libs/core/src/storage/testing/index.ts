export { FakeSupabaseStorage } from './fake-supabase-storage.js';
