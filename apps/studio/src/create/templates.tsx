import { useQuery } from '@tanstack/react-query';
import { ArrowUpRight } from 'lucide-react';
import type { TemplateDto } from '#sdk';
import { modelsQuery, templatesQuery } from '../api/queries.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { beginTemplate, FIRST_TEMPLATES, TEMPLATE_PICTURES } from './begin-template.js';

/** The first run: a sentence, and six ways to begin. */
export function Templates({ mayCreate }: { mayCreate: boolean }) {
  const t = useMessages();
  const { user } = useWorkspace();
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-8 px-4 py-8 sm:px-8 lg:py-14">
      <div>
        <h2 className="text-2xl font-semibold tracking-[-0.03em] text-balance sm:text-3xl">
          {mayCreate ? t('templates.title', { name: user.name.split(' ')[0] ?? '' }) : t('templates.viewerTitle')}
        </h2>
        <p className="mt-2 max-w-xl text-lg text-muted">{t(mayCreate ? 'templates.text' : 'templates.viewerText')}</p>
      </div>
      {mayCreate ? <FirstTemplates /> : null}
    </div>
  );
}

const CARD = 'relative block aspect-[4/5] w-full overflow-hidden rounded-xl sm:aspect-[4/3]';

function FirstTemplates() {
  const t = useMessages();
  const { organization } = useWorkspace();
  const { data: templates } = useQuery(templatesQuery(organization.id));
  const { data: models } = useQuery(modelsQuery);
  const begin = (template: TemplateDto) => {
    beginTemplate(organization.id, template, models, t.language);
    document.querySelector<HTMLButtonElement>('button[type="submit"]')?.focus();
  };
  return (
    <ul className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-3" aria-busy={!templates}>
      {[...TEMPLATE_PICTURES].slice(0, FIRST_TEMPLATES).map(([id, picture]) => {
        const template = templates?.find((known) => known.id === id);
        if (!template) return <li key={id}>{templates ? null : <Skeleton className={CARD} />}</li>;
        return (
          <li key={id}>
            <button type="button" onClick={() => begin(template)} className={`group text-left ${CARD}`}>
              <img
                src={picture}
                alt=""
                className="absolute inset-0 size-full object-cover transition-transform duration-500 ease-calm group-hover:scale-[1.03]"
              />
              <span className="absolute inset-x-0 bottom-0 flex items-end justify-between gap-3 bg-gradient-to-t from-black/85 via-black/55 to-transparent p-4 pt-14 text-white">
                <span className="flex flex-col">
                  <span className="text-xs text-white/85">{template.use[t.language]}</span>
                  <span className="text-lg leading-snug font-semibold tracking-[-0.01em]">
                    {template.title[t.language]}
                  </span>
                </span>
                <ArrowUpRight
                  aria-hidden
                  className="size-5 shrink-0 opacity-0 transition-opacity duration-200 group-hover:opacity-100 group-focus-visible:opacity-100"
                />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
