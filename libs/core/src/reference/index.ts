export { referencePage } from './reference-page.js';
