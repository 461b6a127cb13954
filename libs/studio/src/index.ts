export { StudioHttpModule } from './studio.http.module.js';
