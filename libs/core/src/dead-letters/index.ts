export { DeadLettersHttpModule } from './dead-letters.http.module.js';
