export { StudioGrounds, type MadeGeneration } from './studio-grounds.js';
