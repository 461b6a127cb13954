export { Repetition, type RepetitionOptions } from './repetition.js';
