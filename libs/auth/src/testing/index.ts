export { FakeSupabaseAuth } from './fake-supabase-auth.js';
export { STRONG_PASSWORD, startTestApi, type SignedIn, type TestApi, type TestAnswer } from './test-api.js';
export { ISSUERS, type IssuerGround, startOnIssuer } from './issuer-grounds.js';
