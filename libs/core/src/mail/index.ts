export { defineMail, type MailDefinition, type MailLocale } from './define-mail.js';
export { escapeHtml, type MailContent } from './render-mail.js';
export { MailHttpModule } from './mail.http.module.js';
export { MailModule } from './mail.module.js';
export { MailOutbox, type Letter } from './mail-outbox.service.js';
export { nameInMail } from './name-in-mail.js';
export { MailSender } from './mail-sender.service.js';
export { MailWorkerModule } from './mail.worker.module.js';
