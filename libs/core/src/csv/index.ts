export { csvLine, type CsvCell } from './csv.js';
