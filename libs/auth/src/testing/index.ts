export { STRONG_PASSWORD, startTestApi, type SignedIn, type TestApi, type TestAnswer } from './test-api.js';
