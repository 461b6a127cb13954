import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AudioLines, Clapperboard, Image } from 'lucide-react';
import type { TemplateDto } from '#sdk';
import { modelsQuery, templatesQuery } from '../api/queries.js';
import { LoadFailure } from '../components/load-failure.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { beginTemplate, TEMPLATE_PICTURES } from '../create/begin-template.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

const ICONS = { image: Image, video: Clapperboard, audio: AudioLines };
const GRID = 'grid grid-cols-2 gap-x-4 gap-y-6 px-4 py-6 sm:px-6 md:grid-cols-3 xl:grid-cols-4';

/** Places to start from: chosen, one stands in the form, with a model that can be used here. */
export function TemplateGallery() {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization, can } = useWorkspace();
  const { data: templates, error, refetch } = useQuery(templatesQuery(organization.id));
  const { data: models } = useQuery(modelsQuery);
  const mayCreate = can('jobs:create');
  const begin = (template: TemplateDto) => {
    beginTemplate(organization.id, template, models, t.language);
    void navigate({ to: '/' });
  };
  if (!templates && error) return <LoadFailure error={error} onRetry={() => void refetch()} />;
  if (!templates) {
    return (
      <div className={GRID} aria-busy>
        {[0, 1, 2, 3, 4, 5, 6, 7].map((card) => (
          <Skeleton key={card} className="aspect-[4/3] rounded-lg" />
        ))}
      </div>
    );
  }
  return (
    <ul className={GRID}>
      {templates.map((template) => (
        <li key={template.id}>
          <button
            type="button"
            disabled={!mayCreate}
            onClick={() => begin(template)}
            className="group block w-full rounded-lg text-left focus-visible:outline-offset-4"
          >
            <Picture template={template} />
            <span className="mt-2.5 flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="font-medium">{template.title[t.language]}</span>
              <span className="shrink-0 text-xs text-muted">{template.use[t.language]}</span>
            </span>
            <span className="mt-0.5 line-clamp-2 text-sm text-pretty text-muted">{template.prompt[t.language]}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Picture({ template }: { template: TemplateDto }) {
  const picture = TEMPLATE_PICTURES.get(template.id);
  const Icon = ICONS[template.type];
  return (
    <span className="block aspect-[4/3] overflow-hidden rounded-lg bg-sunken">
      {picture ? (
        <img
          src={picture}
          alt=""
          loading="lazy"
          className="size-full object-cover transition-transform duration-500 ease-calm group-hover:scale-[1.03]"
        />
      ) : (
        <span className="grid size-full place-items-center text-faint transition-colors duration-150 group-hover:text-ink">
          <Icon className="size-8 stroke-[1.25]" aria-hidden />
        </span>
      )}
    </span>
  );
}
